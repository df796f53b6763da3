import type { EdgeView } from '../contract'
import { MOST_INTERVALS } from './extend_grid'
import { selectedEdge } from './selected_edge'
import { hindrance, type Context, type UserAction } from './user_action'

/** Twice the present grid of an edge. */
function finer({ app }: Context, edge: EdgeView): number {
  return 2 * (edge.function.intervals ?? app.network?.intervals[edge.id.layer] ?? 5)
}

export const refineEdge: UserAction = {
  id: 'refine_edge',
  title: 'Finer grid on the edge',
  group: 'Edge',
  keys: ['G'],
  hint: 'Describe this edge alone with twice as many intervals, then train; the others keep their grids.',
  enabled: (context) => refineEdge.obstacle?.(context) === null,
  obstacle: (context) => {
    const edge = selectedEdge(context)
    const refused = hindrance(context)
    if (refused !== null) return refused
    if (edge === null) return 'Select an edge first.'
    if (edge.function.kind !== 'spline') return 'Only a spline has a grid: make the edge a spline first.'
    if (edge.locked === true) return 'The edge is locked.'
    return finer(context, edge) > MOST_INTERVALS ? `A grid has at most ${MOST_INTERVALS} intervals.` : null
  },
  run: (context) => {
    const edge = selectedEdge(context)
    if (edge === null) return
    context.client.act({ kind: 'extend_grid', intervals: finer(context, edge), edges: [edge.id] })
  },
}
