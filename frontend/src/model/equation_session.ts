/** A session that began with equations: whether it is solved, and their residuals. */
import type { Metrics, RevisionSummary } from '../contract'
import { lineage } from './history_layout'
import { formatError, formatNumber } from './numbers'
import type { SessionState } from './state'

type Verdict = NonNullable<Metrics['verdict']>
type Judged = Pick<RevisionSummary, 'id' | 'verdict'>

/** Whether a session began with equations; its revisions then name those that their points' values fulfil. */
export function beganWithEquations(session: SessionState | null): boolean {
  return (session?.dataset.equations ?? []).length > 0
}

/** Derivatives take degrees of the splines with them, so sessions that begin with equations begin with smoother ones. */
export function standardDegree(session: SessionState | null): number {
  return beganWithEquations(session) ? 5 : 3
}

type Tree = Pick<SessionState, 'history'>

/** The newest revision of some kinds up to a revision; null when there is none. */
function newest({ history }: Tree, to: string, kinds: readonly string[]): RevisionSummary | null {
  const byId = new Map(history.map((summary) => [summary.id, summary]))
  const path = lineage(history, to).flatMap((id) => byId.get(id) ?? [])
  return path.findLast(({ kind }) => kinds.includes(kind)) ?? null
}

/** The newest revision up to the head that was fitted to equations; null when none was. */
export function lastFit(session: SessionState): RevisionSummary | null {
  return newest(session, session.head, ['fit_equation'])
}

/** Whether nobody has fitted the network of a revision to the equations: none was, or one began afresh since. */
function unsolvedAt(session: Tree, id: string): boolean {
  return newest(session, id, ['fit_equation', 'initialise'])?.kind !== 'fit_equation'
}

/** Whether the session is about equations that the present network was not fitted to. */
export function unsolved(session: SessionState | null): boolean {
  return session !== null && beganWithEquations(session) && unsolvedAt(session, session.head)
}

/** Where a network stands with the equations; a formula may solve them though nobody fitted it. */
export type Standing = 'unsolved' | Verdict

/** Of a revision; null where the session has no equations, or the revision is older than verdicts. */
export function standingOf(session: SessionState, { id, verdict }: Judged): Standing | null {
  if (!beganWithEquations(session)) return null
  return verdict !== 'solved' && unsolvedAt(session, id) ? 'unsolved' : verdict
}

/** Of the head. */
export function headStanding(session: SessionState | null): Standing | null {
  if (session === null) return null
  const { revision } = session
  return standingOf(session, { id: revision.id, verdict: revision.metrics.verdict })
}

export const STANDINGS: Readonly<Record<Standing, { label: string; tone: 'good' | 'fair' | 'bad' }>> = {
  unsolved: { label: 'not solved yet', tone: 'fair' },
  solved: { label: 'solved', tone: 'good' },
  nearly: { label: 'nearly solved', tone: 'fair' },
  not_a_solution: { label: 'not a solution', tone: 'bad' },
}

/** `38 %`, `0.4 %`, `3e−5`: what is left of the equations over the size of what should cancel. */
export function shareLeft(relative: number | null): string {
  if (relative === null) return '–'
  return relative >= 0.001 ? `${formatNumber(100 * relative, 2)} %` : formatError(relative)
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
