import type { UserAction } from './user_action'

export const cancel: UserAction = {
  id: 'cancel',
  title: 'Cancel the running action',
  group: 'Run',
  keys: [],
  enabled: ({ app, ui }) =>
    app.running !== null && app.connection === 'live' && ui.stopping !== app.running.action_id,
  run: ({ app, client, ui }) => {
    if (app.running !== null && client.cancel(app.running.action_id)) ui.stopping = app.running.action_id
  },
}
