/**
 * The session as the page shows it: the reducer's state made reactive. Fed by the socket, read by views and actions.
 */
import type { Event, Problem, RevisionView } from '../contract'
import { applyEvent } from '../model/apply_event'
import type { CurveSet } from '../model/curve_set'
import { revisionLabel } from '../model/revision_label'
import { initialState, type Connection, type SessionState, type State } from '../model/state'

/** An older revision as it was kept. */
export interface Looked {
  revision: RevisionView
  curves: CurveSet
}

class AppStore {
  /** Replaced as a whole with each event, never changed in place. */
  state = $state.raw<State>(initialState)

  /** The revision that this page alone looks at, instead of the head; null while it shows the head. */
  looking = $state<string | null>(null)
  /** The same, once it is here; until then the head stays in sight. */
  looked = $state.raw<Looked | null>(null)

  // One derived value a part: a progress frame does not wake what shows the history.
  readonly connection = $derived(this.state.connection)
  readonly session = $derived(this.state.session)
  /** The revision that everybody works on, whatever this page shows. */
  readonly head = $derived(this.state.session?.revision ?? null)
  /** The revision that is shown: the head, or the one that is looked at. */
  readonly revision = $derived(this.looked?.revision ?? this.head)
  readonly network = $derived(this.revision?.network ?? null)
  /** The session as it would be if what is shown were the head. */
  readonly shown = $derived.by((): SessionState | null => {
    const { session, looked } = this
    if (session === null || looked === null) return session
    return { ...session, head: looked.revision.id, revision: looked.revision }
  })
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
  readonly curves = $derived(this.looked?.curves ?? this.state.curves)
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
    this.looking = null
    this.looked = null
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
