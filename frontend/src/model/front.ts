/** The Pareto front of a search: which search it is of, which of its formulas are revisions already, how they are written. */
import type { FrontPoint, RevisionSummary } from '../contract'
import { lineage } from './history_layout'
import { formatNumber } from './numbers'
import type { SessionState } from './state'

/** Errors at rounding level are equal. */
const ROUNDING = 1e-12

/** The revision of the search that the head comes from; null when it comes from none, or was begun afresh since. */
export function searchBehind({ history, head, revision }: SessionState): string | null {
  if (revision.action.kind === 'adopt') return revision.action.search
  const path = lineage(history, head)
  const kinds = new Map(history.map(({ id, kind }) => [id, kind]))
  const source = path.findLast((id) => ['search', 'initialise'].includes(kinds.get(id) ?? ''))
  return source !== undefined && kinds.get(source) === 'search' ? source : null
}

function sameError(one: number, other: number): boolean {
  const larger = Math.max(one, other)
  return larger < ROUNDING || Math.abs(one - other) <= 1e-6 * larger
}

/** Whether a revision is this formula of the search, taken as it was found. */
function isTaken(row: RevisionSummary, point: FrontPoint, search: string): boolean {
  const born =
    row.id === search
      ? row.complexity === point.complexity
      : row.kind === 'adopt' && row.front_search === search && row.front_index === point.index
  return born && row.test_rmse !== null && sameError(row.test_rmse, point.test_rmse)
}

/** The revision that a formula of a search has become, the head before all others; null when it has become none. */
export function revisionOf(point: FrontPoint, search: string, session: SessionState): string | null {
  const rows = session.history.filter((row) => isTaken(row, point, search))
  return (rows.find(({ id }) => id === session.head) ?? rows.at(-1))?.id ?? null
}

/**
 * The error of the simplest formula that leaves nothing but noise estimates the level of the noise, in the target's unit;
 * null when no formula does, and nothing is known of it.
 */
export function noiseLevel(points: readonly FrontPoint[]): number | null {
  return points.find(({ noise_left }) => noise_left)?.test_rmse ?? null
}

/** The same formula in a front that has grown since. */
export function sameFormula(points: readonly FrontPoint[], sympy: string | null): FrontPoint | null {
  return points.find((point) => point.sympy === sympy) ?? null
}

/** A formula as a line of text: powers as `^`, four significant digits. */
export function plainFormula(sympy: string): string {
  return sympy
    .replace(/(?<![\w.])\d+\.\d*(?:e[-+]?\d+)?/g, (digits) => formatNumber(Number(digits), 4))
    .replaceAll('**', '^')
    .replaceAll('*', '·')
    .replaceAll('-', '−')
}

/** The right-hand side of `name = formula`. */
export function rightSide(latex: string): string {
  const at = latex.indexOf(' = ')
  return at === -1 ? latex : latex.slice(at + 3)
}
