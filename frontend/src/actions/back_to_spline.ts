import { selectedEdge } from './selected_edge'
import { canChange, type UserAction } from './user_action'

export const backToSpline: UserAction = {
  id: 'back_to_spline',
  title: 'Make the edge a spline again',
  group: 'Edge',
  keys: ['B'],
  hint: 'A function keeps its values and becomes a spline; a pruned edge begins at zero.',
  enabled: (context) => {
    const edge = selectedEdge(context)
    return canChange(context) && edge !== null && edge.function.kind !== 'spline'
  },
  run: (context) => {
    const edge = selectedEdge(context)
    if (edge !== null) context.client.act({ kind: 'set_spline', edge: edge.id })
  },
}
