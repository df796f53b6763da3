import { canChange, type UserAction } from './user_action'

export const startFromFormula: UserAction = {
  id: 'start_from_formula',
  title: 'Start from a formula …',
  group: 'Network',
  keys: [],
  hint: 'Write down a law of your own, fit its constants to the rows, and make it the model.',
  enabled: (context) => canChange(context) && !context.draft.open,
  run: ({ draft }) => {
    draft.begin()
  },
}
