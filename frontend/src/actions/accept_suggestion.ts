import type { Suggestion } from '../contract'
import { canChange, type Context, type UserAction } from './user_action'

/** A fitted form; constants in the network's units. */
export type Candidate = Pick<Suggestion, 'primitive' | 'a' | 'b' | 'c' | 'd'>

/** The given form, else the previewed one, else the best suggestion. */
function chosen({ inspection, ui }: Context, candidate: Candidate | undefined): Candidate | null {
  return candidate ?? ui.preview ?? inspection.offered?.suggestions[0] ?? null
}

export const acceptSuggestion: UserAction<Candidate> = {
  id: 'accept_suggestion',
  title: 'Accept the previewed function',
  group: 'Edge',
  keys: ['Enter'],
  enabled: (context, candidate) =>
    canChange(context) && context.ui.selectedEdge !== null && chosen(context, candidate) !== null,
  run: (context, candidate) => {
    const edge = context.ui.selectedEdge
    const form = chosen(context, candidate)
    if (edge === null || form === null) return
    const { primitive, a, b, c, d } = form
    context.client.act({ kind: 'set_symbolic', edge, primitive, a, b, c, d, hold: false })
    context.inspection.clearPreview()
  },
}
