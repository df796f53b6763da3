import { canChange, hindrance, type Context, type UserAction } from './user_action'

/** The finest grid the server accepts. */
export const MOST_INTERVALS = 400

/** Why no grid can be extended now; null when one can. */
export function gridObstacle(context: Context): string | null {
  const splines = context.app.network?.edges.some((edge) => edge.function.kind === 'spline') ?? false
  return (
    hindrance(context) ??
    (splines ? null : 'No spline is left: only splines have a grid and a base function.')
  )
}

export const extendGrid: UserAction<number> = {
  id: 'extend_grid',
  title: 'Finer grid on every edge',
  group: 'Run',
  keys: [],
  hint: 'Describe every spline with twice as many intervals, then train.',
  enabled: (context) => canChange(context) && gridObstacle(context) === null,
  obstacle: gridObstacle,
  run: ({ app, client }, intervals) => {
    const present = Math.max(...(app.network?.intervals ?? [5]))
    client.act({ kind: 'extend_grid', intervals: Math.min(MOST_INTERVALS, intervals ?? 2 * present) })
  },
}
