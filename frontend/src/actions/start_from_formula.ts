import { canChange, type UserAction } from './user_action'

export const startFromFormula: UserAction = {
  id: 'start_from_formula',
  title: 'Start from a formula …',
  group: 'Network',
  keys: [],
  hint: 'Write down a known law; it becomes a network, and its constants can be fitted.',
  enabled: canChange,
  run: ({ ui }) => {
    ui.open('formula')
  },
}
