/**
 * The session as the page shows it: the reducer's state made reactive. Fed by the socket, read by views and actions.
 */
import type { Event, Problem } from '../contract'
import { applyEvent } from '../model/apply_event'
import { revisionLabel } from '../model/revision_label'
import { initialState, type Connection, type State } from '../model/state'

class AppStore {
  /** Replaced as a whole with each event, never changed in place. */
  state = $state.raw<State>(initialState)

  // One derived value a part: a progress frame does not wake what shows the history.
  readonly connection = $derived(this.state.connection)
  readonly session = $derived(this.state.session)
  readonly revision = $derived(this.state.session?.revision ?? null)
  readonly network = $derived(this.state.session?.revision.network ?? null)
  /** With the names of the columns in its label. */
  readonly running = $derived.by(() => {
    const { running, session } = this.state
    return running === null
      ? null
      : { ...running, label: revisionLabel(running.label, session?.revision.network ?? null) }
  })
  readonly progress = $derived(this.state.progress)
  readonly losses = $derived(this.state.losses)
  readonly front = $derived(this.state.front)
  readonly curves = $derived(this.state.curves)
  readonly viewers = $derived(this.state.viewers)
  readonly problems = $derived(this.state.problems)
  readonly notices = $derived(this.state.notices)
  /** Whether the shown state may be behind the server's. */
  readonly stale = $derived(this.state.session !== null && this.state.connection !== 'live')

  /** Why the session cannot be shown at all. */
  refusal = $state.raw<Problem | null>(null)
  #found = 0

  /** Fold an event from the socket. */
  apply(event: Event): void {
    this.state = applyEvent(this.state, event)
  }

  setConnection(connection: Connection): void {
    this.state = { ...this.state, connection }
  }

  /** Leave the session. */
  clear(): void {
    this.state = initialState
    this.refusal = null
  }

  refuse(problem: Problem): void {
    this.refusal = problem
  }

  /** A problem this page found itself; it stays until a person closes it. */
  addProblem(problem: Problem): void {
    this.#found += 1
    const entry = { key: `page-${this.#found}`, problem }
    this.state = { ...this.state, problems: [...this.state.problems, entry] }
  }

  dismissProblem(key: string): void {
    this.state = { ...this.state, problems: this.state.problems.filter((entry) => entry.key !== key) }
  }

  dismissNotice(key: string): void {
    this.state = { ...this.state, notices: this.state.notices.filter((entry) => entry.key !== key) }
  }
}

export const app = new AppStore()
