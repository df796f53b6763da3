import { canChange, type UserAction } from './user_action'

export const assignFunction: UserAction<string> = {
  id: 'assign_function',
  title: 'Assign a typed function',
  group: 'Edge',
  keys: [],
  hidden: true,
  enabled: (context, text) =>
    canChange(context) && context.ui.selectedEdge !== null && (text ?? '').trim() !== '',
  run: ({ client, ui, inspection, ownFunction }, text) => {
    const edge = ui.selectedEdge
    const primitive = (text ?? '').trim()
    if (edge === null || primitive === '') return
    ownFunction.errand.send((request) => client.act({ kind: 'set_symbolic', edge, primitive }, request))
    inspection.clearPreview()
  },
}
