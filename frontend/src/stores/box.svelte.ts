/**
 * The box of inputs that candidates and the formula are to be valid on: the person's, kept in this browser for each
 * session, else the server's default; and what the server says of the formula on it.
 */
import type { Validity } from '../contract'
import { rest, type Box } from '../transport/rest_client'
import { Resource } from './resource.svelte'
import { store, stored } from './storage'

class BoxStore {
  readonly validity = new Resource<Validity>()
  /** Null: the data's range, grown a little. */
  given = $state.raw<Box | null>(null)
  #session: string | null = null
  #revision: string | null = null

  /** Ask about the shown revision; called whenever it changes. */
  follow(session: string | null, revision: string | null): void {
    if (session !== this.#session) {
      this.given = session === null ? null : stored<Box | null>(`box.${session}`, null)
      this.validity.reset()
    }
    this.#session = session
    this.#revision = revision
    this.#ask()
  }

  /** Change the ends of one input. */
  change(place: number, low: number, high: number): void {
    const now = this.validity.value
    if (now === null) return
    const put = (ends: readonly number[], value: number): number[] =>
      ends.map((end, index) => (index === place ? value : end))
    this.#give({ low: put(now.low, low), high: put(now.high, high) })
  }

  /** Back to the default. */
  reset(): void {
    this.#give(null)
  }

  #give(box: Box | null): void {
    this.given = box
    store(`box.${this.#session ?? ''}`, box)
    this.#ask()
  }

  #ask(): void {
    const session = this.#session
    const revision = this.#revision
    if (session === null || revision === null) return
    const box = this.given
    const key = `${session}/${revision}/${JSON.stringify(box)}`
    void this.validity.load(key, (signal) => rest.validity({ session, revision }, box, signal), true)
  }
}

export const box = new BoxStore()
