import { hindrance, type Context, type UserAction } from './user_action'

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

/** Intervals of the finest grid there is. */
export function finestGrid({ app }: Pick<Context, 'app'>): number {
  return Math.max(...(app.network?.intervals ?? [5]))
}

export const extendGrid: UserAction<number> = {
  id: 'extend_grid',
  title: 'Finer grid on every edge',
  group: 'Run',
  keys: [],
  hint: 'Describe every spline with twice as many intervals, then train.',
  enabled: (context) => gridObstacle(context) === null,
  obstacle: gridObstacle,
  run: (context, intervals) => {
    const wanted = intervals ?? 2 * finestGrid(context)
    context.client.act({ kind: 'extend_grid', intervals: Math.min(MOST_INTERVALS, wanted) })
  },
}
