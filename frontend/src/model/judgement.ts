/** How good a suggestion is, for its bar: measured against the best one and against the model as it is. */
import type { Suggestion } from '../contract'
import { changeBy } from './held_out'
import { logShare } from './numbers'

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

/** Whether a note on the domain tells of a danger. */
export function isSafe(note: string): boolean {
  return note === '' || /^valid (on|for|every)|^defined every|^no border/i.test(note)
}
