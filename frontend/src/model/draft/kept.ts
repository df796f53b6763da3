/** What stays of an answer when the next one is about the same rows or the same fit. */
import type { DraftAnswer } from '../../contract'

/** The same rows are the same arrays, so that what shows them need not look. */
export function withSameRows(answer: DraftAnswer, before: DraftAnswer | null): DraftAnswer {
  const [now, known] = [answer.rows, before?.rows ?? null]
  if (now === null || known === null) return answer
  const same = <T>(a: readonly T[], b: readonly T[]): boolean =>
    a.length === b.length && a.every((value, at) => value === b[at])
  const all = (['row', 'curve', 'x', 'y', 'error'] as const).every((name) =>
    same<unknown>(now[name], known[name]),
  )
  if (!all) return answer
  const { row, curve, x, y, error } = known
  return { ...answer, rows: { ...now, row, curve, x, y, error } }
}

/** Profiles and prices that are known stay while the fit is the same. */
export function knownOf(answer: DraftAnswer, before: DraftAnswer | null): Partial<DraftAnswer> {
  if (before === null) return {}
  return {
    profiles: answer.profiles.length > 0 ? answer.profiles : before.profiles,
    prices: answer.prices.length > 0 ? answer.prices : before.prices,
  }
}
