/**
 * What is kept: former sessions, tables, and what they take. Whatever is deleted while the page is open keeps its place in its
 * list, with the time of its deletion, so that nothing moves and it can be brought back from there.
 */
import type { DatasetSummary, Problem, SessionName, SessionSummary, Storage } from '../contract'
import { asProblem } from '../transport/problem'
import { rest } from '../transport/rest_client'
import { Resource } from './resource.svelte'

interface Row {
  id: string
  deleted_at: string | null
}

class KeptStore {
  readonly sessions = new Resource<SessionSummary[]>()
  readonly datasets = new Resource<DatasetSummary[]>()
  readonly storage = new Resource<Storage>()
  /** Whether something is being deleted or restored. */
  busy = $state(false)
  problem = $state.raw<Problem | null>(null)
  #weighed = 0

  load(): void {
    this.problem = null
    this.sessions.reset()
    void this.sessions.load('sessions', () => rest.sessions())
    this.datasets.reset()
    void this.datasets.load('datasets', () => rest.datasets())
    void this.#weigh()
  }

  /** Add those that were deleted lately to the ends of the lists. */
  async showDeleted(): Promise<void> {
    await this.#doing(async () => {
      const [sessions, datasets] = await Promise.all([rest.sessions(true), rest.datasets(true)])
      this.sessions.value = joined(this.sessions.value, sessions)
      this.datasets.value = joined(this.datasets.value, datasets)
    })
  }

  isDeleted(id: string): boolean {
    const rows: Row[] = [...(this.sessions.value ?? []), ...(this.datasets.value ?? [])]
    return rows.some((row) => row.id === id && row.deleted_at !== null)
  }

  /** How many are in sight that were deleted. */
  get deletedShown(): number {
    const rows: Row[] = [...(this.sessions.value ?? []), ...(this.datasets.value ?? [])]
    return rows.filter(({ deleted_at }) => deleted_at !== null).length
  }

  /** The sessions on a table that are not deleted. */
  sessionsOn(dataset: string): SessionName[] {
    const row = this.datasets.value?.find(({ id }) => id === dataset)
    return row?.sessions.filter(({ id }) => !this.isDeleted(id)) ?? []
  }

  /** Delete a session; whether it is. */
  async deleteSession(session: string): Promise<boolean> {
    return this.#doing(async () => {
      await rest.deleteSession(session)
      this.sessions.value = marked(this.sessions.value, [session], now())
    })
  }

  /** Bring a session back, and its table. */
  async restoreSession(session: string): Promise<boolean> {
    return this.#doing(async () => {
      const { dataset } = await rest.restoreSession(session)
      this.sessions.value = marked(this.sessions.value, [session], null)
      this.datasets.value = marked(this.datasets.value, [dataset.id], null)
    })
  }

  /** Delete a table, and the sessions on it when there are any; whether it is. */
  async deleteDataset(dataset: string): Promise<boolean> {
    const on = this.sessionsOn(dataset).map(({ id }) => id)
    return this.#doing(async () => {
      await rest.deleteDataset(dataset, on.length > 0)
      this.sessions.value = marked(this.sessions.value, on, now())
      this.datasets.value = marked(this.datasets.value, [dataset], now())
    })
  }

  /** Bring a table back, and the sessions that were deleted with it. */
  async restoreDataset(dataset: string): Promise<boolean> {
    return this.#doing(async () => {
      await rest.restoreDataset(dataset)
      const there = await rest.sessions()
      const ids = there.map(({ id }) => id)
      this.sessions.value = joined(marked(this.sessions.value, ids, null), there)
      this.datasets.value = marked(this.datasets.value, [dataset], null)
    })
  }

  /** Whether it was done; else the problem is to be seen. */
  async #doing(work: () => Promise<void>): Promise<boolean> {
    this.busy = true
    this.problem = null
    try {
      await work()
      return true
    } catch (error) {
      this.problem = asProblem(error)
      return false
    } finally {
      this.busy = false
      void this.#weigh()
    }
  }

  /** What all of it takes; former figures stay until there are new ones. */
  async #weigh(): Promise<void> {
    this.#weighed += 1
    await this.storage.load(`storage ${this.#weighed}`, () => rest.storage(), true)
  }
}

function now(): string {
  return new Date().toISOString()
}

function marked<T extends Row>(rows: T[] | null, which: readonly string[], moment: string | null): T[] {
  return (rows ?? []).map((row) => (which.includes(row.id) ? { ...row, deleted_at: moment } : row))
}

/** Rows, and those of others that are not among them. */
function joined<T extends Row>(rows: T[] | null, others: readonly T[]): T[] {
  const here = new Set((rows ?? []).map(({ id }) => id))
  return [...(rows ?? []), ...others.filter(({ id }) => !here.has(id))]
}

export const kept = new KeptStore()
