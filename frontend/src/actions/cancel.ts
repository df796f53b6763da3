import type { UserAction } from './user_action'

export const cancel: UserAction = {
  id: 'cancel',
  title: 'Cancel and keep the best state',
  group: 'Run',
  keys: [],
  enabled: ({ app }) => app.running !== null && app.connection === 'live',
  run: ({ app, client }) => {
    if (app.running !== null) client.cancel(app.running.action_id)
  },
}
