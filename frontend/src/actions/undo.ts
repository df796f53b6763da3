import { canChange, type UserAction } from './user_action'

export const undo: UserAction = {
  id: 'undo',
  title: 'Undo',
  group: 'History',
  keys: ['U', 'Mod+Z'],
  enabled: (context) => canChange(context) && typeof context.app.revision?.parent === 'string',
  run: ({ app, client }) => {
    const parent = app.revision?.parent
    if (typeof parent === 'string') client.moveHead(parent)
  },
}
