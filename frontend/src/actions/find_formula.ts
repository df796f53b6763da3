import { canChange, hindrance, type UserAction } from './user_action'

export const findFormula: UserAction = {
  id: 'find_formula',
  title: 'Find formula',
  group: 'Run',
  keys: [],
  hint: 'Search formulas automatically for up to 30 seconds and take the one with the shortest description.',
  enabled: (context) => canChange(context) && context.app.session?.targets.length === 1,
  obstacle: (context) =>
    hindrance(context) ??
    (context.app.session?.targets.length === 1
      ? null
      : 'The search works on one target; this session has more.'),
  run: ({ client }) => {
    client.act({ kind: 'search', budget: 30, seed: 0 })
  },
}
