/** A page of the rows that what is shown is measured on; fetched again when that changes, for solving gives them their values. */
import type { DatasetRows } from '../contract'
import { rest } from '../transport/rest_client'
import { Resource } from './resource.svelte'

export const ROWS_A_PAGE = 100

class RowsStore {
  readonly page = new Resource<DatasetRows>()
  offset = $state(0)

  turn(offset: number): void {
    this.offset = Math.max(0, offset)
  }

  follow(session: string, revision: string): void {
    const { offset } = this
    const fetch = (signal: AbortSignal) => rest.rows(session, revision, offset, ROWS_A_PAGE, signal)
    void this.page.load(`${session}/${revision}/${offset}`, fetch, true)
  }

  /** Put the rows away. */
  close(): void {
    this.offset = 0
    this.page.reset()
  }
}

export const rows = new RowsStore()
