import { entriesOf } from '../model/judgement'
import type { Context, UserAction } from './user_action'

/** Keys count the entries of the list: functions that are the same on these rows are one. */
function leader({ inspection }: Context, index: number | undefined) {
  const suggestions = inspection.offered?.suggestions ?? []
  return entriesOf(suggestions, ({ entry }) => entry)[index ?? 0]?.leader
}

export const previewSuggestion: UserAction<number> = {
  id: 'preview_suggestion',
  title: 'Preview a suggestion',
  group: 'Edge',
  keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
  hidden: true,
  enabled: (context, index) => leader(context, index) !== undefined,
  run: (context, index) => {
    const suggestion = leader(context, index)
    if (suggestion !== undefined) context.inspection.previewSuggestion(suggestion)
  },
}
