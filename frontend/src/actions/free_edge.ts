import { selectedEdge } from './selected_edge'
import { canChange, type UserAction } from './user_action'

export const freeEdge: UserAction = {
  id: 'free_edge',
  title: 'Free the edge: back to a spline',
  group: 'Edge',
  keys: ['F'],
  enabled: (context) => {
    const edge = selectedEdge(context)
    return canChange(context) && edge !== null && edge.function.kind !== 'spline'
  },
  run: (context) => {
    const edge = selectedEdge(context)
    if (edge !== null) context.client.act({ kind: 'set_spline', edge: edge.id })
  },
}
