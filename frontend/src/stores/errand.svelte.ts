/** Something asked for over the socket whose outcome is told where it was asked, not in the messages over the network. */
import type { Problem } from '../contract'
import { app } from './app.svelte'

export class Errand {
  /** Why it could not be done. */
  problem = $state.raw<Problem | null>(null)
  #asked = $state.raw<{ request: string; head: string } | null>(null)

  readonly waiting = $derived(this.#asked !== null)

  /** Ask; `send` hands the request over under this name and says whether it went out. */
  send(send: (request: string) => boolean): void {
    const request = crypto.randomUUID()
    this.problem = null
    if (send(request)) this.#asked = { request, head: app.session?.head ?? '' }
  }

  /** Nothing is wrong any more, because something else was written. */
  forgive(): void {
    this.problem = null
  }

  /** Nobody waits any more; an outcome that is still to come is told over the network. */
  reset(): void {
    this.problem = null
    this.#asked = null
  }

  /** Look whether the outcome is here; true once, when it is done. `begun` tells that it counts as done already. */
  settle(begun = false): boolean {
    const asked = this.#asked
    if (asked === null) return false
    const entry = app.problems.find(({ key }) => key === `problem-${asked.request}`)
    if (entry !== undefined) {
      this.problem = entry.problem
      this.#asked = null
      app.dismissProblem(entry.key)
      return false
    }
    if (!begun && (app.session === null || app.session.head === asked.head)) return false
    this.#asked = null
    return true
  }
}
