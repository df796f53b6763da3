import { canChange, type UserAction } from './user_action'

export const extendGrid: UserAction<number> = {
  id: 'extend_grid',
  title: 'Extend the grid',
  group: 'Run',
  keys: [],
  hint: 'Describe every spline with twice as many intervals, then train.',
  enabled: (context) =>
    canChange(context) &&
    (context.app.network?.edges.some((edge) => edge.function.kind === 'spline') ?? false),
  run: ({ app, client }, intervals) => {
    const present = Math.max(...(app.network?.intervals ?? [5]))
    client.act({ kind: 'extend_grid', intervals: intervals ?? 2 * present })
  },
}
