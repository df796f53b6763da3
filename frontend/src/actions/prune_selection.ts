import { selectedEdge } from './selected_edge'
import { canChange, type UserAction } from './user_action'

export const pruneSelection: UserAction = {
  id: 'prune_selection',
  title: 'Prune the selection',
  group: 'Edge',
  keys: ['X', 'Delete'],
  enabled(context) {
    const { selection } = context.ui
    if (!canChange(context) || selection === null) return false
    return selection.kind === 'node' || selectedEdge(context)?.function.kind !== 'zero'
  },
  run: ({ client, ui }) => {
    const { selection } = ui
    if (selection === null) return
    if (selection.kind === 'edge') client.act({ kind: 'prune', edges: [selection.edge] })
    else if (selection.node.layer === 0) client.act({ kind: 'prune', inputs: [selection.node.index] })
    else client.act({ kind: 'prune', nodes: [selection.node] })
    ui.clearSelection()
  },
}
