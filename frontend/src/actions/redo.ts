import { canChange, type UserAction } from './user_action'

export const redo: UserAction = {
  id: 'redo',
  title: 'Redo',
  group: 'History',
  keys: ['Shift+U', 'Mod+Shift+Z'],
  enabled: (context) => canChange(context) && typeof context.app.session?.redo === 'string',
  run: ({ app, client }) => {
    const redo = app.session?.redo
    if (typeof redo === 'string') client.moveHead(redo)
  },
}
