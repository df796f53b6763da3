import { canChange, type UserAction } from './user_action'

export const assignFunction: UserAction<string> = {
  id: 'assign_function',
  title: 'Assign a typed function',
  group: 'Edge',
  keys: [],
  hidden: true,
  enabled: (context, text) =>
    canChange(context) && context.ui.selectedEdge !== null && (text ?? '').trim() !== '',
  run: ({ client, ui, inspection }, text) => {
    const edge = ui.selectedEdge
    const primitive = (text ?? '').trim()
    if (edge === null || primitive === '') return
    client.act({ kind: 'set_symbolic', edge, primitive })
    inspection.clearPreview()
  },
}
