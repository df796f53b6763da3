import { hindrance, type UserAction } from './user_action'

export const undo: UserAction = {
  id: 'undo',
  title: 'Undo',
  group: 'History',
  keys: ['U', 'Mod+Z'],
  enabled: (context) => undo.obstacle?.(context) === null,
  obstacle: (context) =>
    hindrance(context) ??
    (typeof context.app.head?.parent === 'string'
      ? null
      : 'This is the first revision: there is nothing to undo.'),
  run: ({ app, client }) => {
    const parent = app.head?.parent
    if (typeof parent === 'string') client.moveHead(parent)
  },
}
