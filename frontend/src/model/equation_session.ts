/** A session that began with equations: whether it is solved, and their residuals. */
import type { Metrics, RevisionSummary } from '../contract'
import { lineage } from './history_layout'
import { formatError } from './numbers'
import type { SessionState } from './state'

/** Whether a session began with equations; its revisions then name those that their points' values fulfil. */
export function beganWithEquations(session: SessionState | null): boolean {
  return (session?.dataset.equations ?? []).length > 0
}

/** Derivatives take degrees of the splines with them, so sessions that begin with equations begin with smoother ones. */
export function standardDegree(session: SessionState | null): number {
  return beganWithEquations(session) ? 5 : 3
}

/** The newest revision of some kinds up to the head; null when there is none. */
function newest(session: SessionState, kinds: readonly string[]): RevisionSummary | null {
  const byId = new Map(session.history.map((summary) => [summary.id, summary]))
  const path = lineage(session.history, session.head).flatMap((id) => byId.get(id) ?? [])
  return path.findLast(({ kind }) => kinds.includes(kind)) ?? null
}

/** The newest revision up to the head that was fitted to equations; null when none was. */
export function lastFit(session: SessionState): RevisionSummary | null {
  return newest(session, ['fit_equation'])
}

/** Whether the session is about equations that the present network was not fitted to: none was, or one began afresh since. */
export function unsolved(session: SessionState | null): boolean {
  if (session === null || !beganWithEquations(session)) return false
  return newest(session, ['fit_equation', 'initialise'])?.kind !== 'fit_equation'
}

/** Name, value and meaning of the residuals of the equations and of the conditions. */
export function residuals({
  equation_rms,
  condition_rms,
}: Pick<Metrics, 'equation_rms' | 'condition_rms'>): readonly (readonly [string, string, string])[] {
  return [
    [
      'equation',
      formatError(equation_rms),
      'Residual of the equations: root mean square of left minus right, on points held out from solving',
    ],
    [
      'conditions',
      formatError(condition_rms),
      'Residual of the equations with a place, such as boundary values: root mean square of left minus right there',
    ],
  ]
}
