/** How good a suggestion is, for its bar: measured against the best one and against the model as it is. */
import type { Suggestion } from '../contract'
import { changeBy } from './held_out'
import { formatNumber, logShare } from './numbers'

export type Tone = 'good' | 'fair' | 'bad'

export interface Judged {
  suggestion: Suggestion
  tone: Tone
  /** Length of the bar 0 … 1 on a logarithmic scale. */
  share: number
}

/** Good: as good as the best and no harm to the model. Fair: little harm. Bad: the model gets worse. */
export function judge(suggestions: readonly Suggestion[]): Judged[] {
  const changes = suggestions.map(({ whole_model }) => changeBy(whole_model))
  const after = changes.map((change) => change.after).filter((value) => value > 0)
  const best = Math.min(...after)
  const worst = Math.max(...after, ...changes.map(({ before }) => before))
  return suggestions.map((suggestion) => {
    const { before, after: value } = changeBy(suggestion.whole_model)
    const tone = value > before * 2 ? 'bad' : value > best * 3 ? 'fair' : 'good'
    return { suggestion, tone, share: logShare(value, best / 2, Math.max(worst * 1.2, best * 100)) }
  })
}

/** Functions that are the same on these rows: the shortest of them, and the others. */
export interface Entry<T> {
  leader: T
  others: T[]
}

/** Suggestions in the order of the server, which puts the members of an entry one after the other. */
export function entriesOf<T>(rows: readonly T[], entry: (row: T) => number): Entry<T>[] {
  const made = new Map<number, Entry<T>>()
  for (const row of rows) {
    const known = made.get(entry(row))
    if (known === undefined) made.set(entry(row), { leader: row, others: [] })
    else known.others.push(row)
  }
  return [...made.values()]
}

/** `near` and `reaches`: the rows come near the border of the domain, or up to it. `leaves`: inputs of the box lie beyond. */
export type Risk = 'reaches' | 'near' | 'leaves'

/** Rows that come nearer to a border than this share of their spread are near it: a new row may well lie beyond. */
const NEAR = 0.1
/** Rows that come nearer than this are on it. */
const ON = 1e-9

type Borders = Pick<Suggestion, 'domain_margin' | 'box_margin' | 'border_distance' | 'domain' | 'box_note'>

/** What may go wrong with a form on new rows; null where nothing is known to. */
export function riskOf({
  domain_margin,
  box_margin,
}: Pick<Borders, 'domain_margin' | 'box_margin'>): Risk | null {
  if (domain_margin !== null && domain_margin < NEAR) return domain_margin <= ON ? 'reaches' : 'near'
  return box_margin !== null && box_margin < 0 ? 'leaves' : null
}

/** The same for people, `rows come within 0.03 m of its border u > 0`; empty where nothing may go wrong. */
export function riskText(suggestion: Borders, unit: string): string {
  const risk = riskOf(suggestion)
  if (risk === null) return ''
  if (risk === 'leaves') return suggestion.box_note
  const border = `its border ${suggestion.domain ?? ''}`.trimEnd()
  const distance = `${formatNumber(suggestion.border_distance)}${unit === '' ? '' : ` ${unit}`}`
  const rows = risk === 'reaches' ? `rows reach ${border}` : `rows come within ${distance} of ${border}`
  return (suggestion.box_margin ?? 0) < 0 ? `${rows}; leaves it inside the box` : rows
}
