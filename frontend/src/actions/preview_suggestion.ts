import type { UserAction } from './user_action'

export const previewSuggestion: UserAction<number> = {
  id: 'preview_suggestion',
  title: 'Preview a suggestion',
  group: 'Edge',
  keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
  hidden: true,
  enabled: ({ inspection }, index) => inspection.offered?.suggestions[index ?? 0] !== undefined,
  run: ({ inspection }, index) => {
    const suggestion = inspection.offered?.suggestions[index ?? 0]
    if (suggestion !== undefined) inspection.previewSuggestion(suggestion)
  },
}
