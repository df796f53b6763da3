/**
 * The reducer: state and event → next state. Pure; two pages that fold the same events show the same.
 *
 * A function for each event type; the record does not compile when one is missing.
 */
import type { Event } from '../contract'
import { readCurves } from './curve_set'
import type { SessionState, State } from './state'

type Of<T extends Event['type']> = Extract<Event, { type: T }>
type Cases = { [T in Event['type']]: (state: State, event: Of<T>) => State }

/** Nothing is known of a running action. */
const unheard = { progress: null, losses: null, front: null } as const

/** No action runs: its progress, live losses and front are gone. */
const idle = { running: null, ...unheard } as const

function withSession(state: State, change: (session: SessionState) => Partial<SessionState>): State {
  if (state.session === null) return state
  return { ...state, session: { ...state.session, ...change(state.session) } }
}

function isRunning(state: State, actionId: string): boolean {
  return state.running?.action_id === actionId
}

const cases: Cases = {
  view(state, { session: view }) {
    const { running, seq: _, ...session } = view
    const same = running !== null && isRunning(state, running.action_id)
    const kept = same ? {} : unheard
    const curves = state.session?.id === session.id ? state.curves : null
    return { ...state, session, running, ...kept, curves }
  },
  action_started(state, event) {
    return { ...state, ...idle, running: event.running }
  },
  action_paused(state, event) {
    if (state.running === null || !isRunning(state, event.action_id)) return state
    return { ...state, running: { ...state.running, paused: event.paused, held: event.held } }
  },
  waiting(state, event) {
    if (state.running === null || !isRunning(state, event.action_id)) return state
    return { ...state, running: { ...state.running, waiting: event.waiting } }
  },
  progress(state, event) {
    return isRunning(state, event.action_id) ? { ...state, progress: event } : state
  },
  losses(state, event) {
    const { action_id, step, marks, train_rmse, test_rmse, cross_entropy_train, cross_entropy_test } = event
    if (!isRunning(state, action_id)) return state
    const errors = { train_rmse, test_rmse, cross_entropy_train, cross_entropy_test }
    return { ...state, losses: { action_id, step, marks, ...errors } }
  },
  front(state, { action_id, points, best }) {
    return isRunning(state, action_id) ? { ...state, front: { action_id, points, best } } : state
  },
  curves(state, event) {
    const shape = state.session?.revision.network.shape ?? []
    return { ...state, curves: readCurves(event, shape, state.curves) }
  },
  revision(state, { revision, summary, redo }) {
    const next = withSession(state, ({ history }) => ({
      head: revision.id,
      revision,
      redo,
      history: [...history.filter(({ id }) => id !== summary.id), summary],
    }))
    return { ...next, ...idle }
  },
  head(state, { revision, redo }) {
    return withSession(state, () => ({ head: revision.id, revision, redo }))
  },
  action_ended(state, event) {
    return isRunning(state, event.action_id) ? { ...state, ...idle } : state
  },
  annotated(state, { revision, note, name }) {
    return withSession(state, (session) => ({
      name: name ?? session.name,
      history: session.history.map((row) => (row.id === revision ? { ...row, note } : row)),
    }))
  },
  presence(state, { viewers }) {
    return { ...state, viewers }
  },
  notice(state, { seq, code, text }) {
    const key = `notice-${seq}`
    if (state.notices.some((entry) => entry.key === key)) return state
    return { ...state, notices: [...state.notices, { key, code, text }] }
  },
  problem(state, { seq, problem, request_id }) {
    const key = `problem-${request_id ?? seq}`
    if (state.problems.some((entry) => entry.key === key)) return state
    return { ...state, problems: [...state.problems, { key, problem }] }
  },
}

/** The sequence number a state has reached after an event; a view carries its own, frames without one count nothing. */
function reached(state: State, event: Event): number | null {
  if (event.type === 'view') return event.session.seq
  return event.seq > (state.lastSeq ?? 0) ? event.seq : state.lastSeq
}

/** Fold one event in. An event already contained (a replay after a dropped connection) changes nothing. */
export function applyEvent(state: State, event: Event): State {
  const replayed = event.type !== 'view' && event.seq > 0 && event.seq <= (state.lastSeq ?? -1)
  if (replayed && event.type !== 'curves') return state
  const fold = cases[event.type] as (state: State, event: Event) => State
  return { ...fold(state, event), lastSeq: reached(state, event) }
}
