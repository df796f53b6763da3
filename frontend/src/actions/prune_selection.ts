import { canChange, type UserAction } from './user_action'

export const pruneSelection: UserAction = {
  id: 'prune_selection',
  title: 'Prune the selection',
  group: 'Edge',
  keys: ['X', 'Delete'],
  enabled: (context) => canChange(context) && context.ui.selection !== null,
  run: ({ client, ui }) => {
    const { selection } = ui
    if (selection === null) return
    if (selection.kind === 'edge') client.act({ kind: 'prune', edges: [selection.edge] })
    else if (selection.node.layer === 0) client.act({ kind: 'prune', inputs: [selection.node.index] })
    else client.act({ kind: 'prune', nodes: [selection.node] })
    ui.clearSelection()
  },
}
