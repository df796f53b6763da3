/** An answer that is fetched: reactive, newest request wins, the old value stays in sight while a new one comes. */
import type { Problem } from '../contract'
import { asProblem, isAbort } from '../transport/problem'

export class Resource<T> {
  value = $state.raw<T | null>(null)
  problem = $state.raw<Problem | null>(null)
  loading = $state(false)
  #abort: AbortController | null = null
  #key: string | null = null

  /** Fetch unless the value for this key is already here or on its way; `keep` leaves the old value in sight. */
  async load(key: string, fetch: (signal: AbortSignal) => Promise<T>, keep = false): Promise<void> {
    if (key === this.#key && this.problem === null) return
    this.#abort?.abort()
    const abort = new AbortController()
    this.#abort = abort
    this.#key = key
    this.problem = null
    this.loading = true
    if (!keep) this.value = null
    try {
      const value = await fetch(abort.signal)
      if (this.#abort === abort) this.value = value
    } catch (error) {
      if (this.#abort === abort && !isAbort(error)) this.problem = asProblem(error)
    } finally {
      if (this.#abort === abort) this.loading = false
    }
  }

  reset(): void {
    this.#abort?.abort()
    this.#abort = null
    this.#key = null
    this.value = null
    this.problem = null
    this.loading = false
  }
}
