import { selectedEdge } from './selected_edge'
import { canChange, type UserAction } from './user_action'

export const lockEdge: UserAction = {
  id: 'lock_edge',
  title: 'Lock or unlock the edge',
  group: 'Edge',
  keys: ['L'],
  enabled: (context) => canChange(context) && selectedEdge(context) !== null,
  run: (context) => {
    const edge = selectedEdge(context)
    if (edge !== null) context.client.act({ kind: 'lock', edges: [edge.id], locked: edge.locked !== true })
  },
}
