/**
 * What a page knows of its session. Plain values, replaced and never changed; `apply_event.ts` makes the next one.
 */
import type { FrontFrame, LossesFrame, Problem, ProgressFrame, RunningView, SessionView } from '../contract'
import type { CurveSet } from './curve_set'

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'offline'

/** The session without what changes while an action runs; that is beside it in the state. */
export type SessionState = Omit<SessionView, 'running' | 'seq'>

/** A problem that stays on the page until a person closes it. */
export interface ProblemEntry {
  key: string
  problem: Problem
}

/** Something to know that is not an error. */
export interface NoticeEntry {
  key: string
  code: string
  text: string
}

/** Loss history of the running action. */
export type LossHistory = Pick<LossesFrame, 'action_id' | 'step' | 'train_rmse' | 'test_rmse' | 'marks'> &
  Partial<Pick<LossesFrame, 'cross_entropy_train' | 'cross_entropy_test'>>

/** The Pareto front of the running search so far. */
export type LiveFront = Pick<FrontFrame, 'action_id' | 'points' | 'best'>

export interface State {
  connection: Connection
  session: SessionState | null
  running: RunningView | null
  progress: ProgressFrame | null
  losses: LossHistory | null
  front: LiveFront | null
  curves: CurveSet | null
  viewers: number
  problems: readonly ProblemEntry[]
  notices: readonly NoticeEntry[]
  /** The newest event folded in; what a reconnecting page asks to go on from. */
  lastSeq: number | null
}

export const initialState: State = {
  connection: 'offline',
  session: null,
  running: null,
  progress: null,
  losses: null,
  front: null,
  curves: null,
  viewers: 0,
  problems: [],
  notices: [],
  lastSeq: null,
}
