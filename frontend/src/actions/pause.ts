import type { UserAction } from './user_action'

export const pause: UserAction = {
  id: 'pause',
  title: 'Pause or go on',
  group: 'Run',
  keys: [],
  enabled: ({ app }) => app.running !== null && app.connection === 'live',
  run: ({ app, client }) => {
    if (app.running !== null) client.pause(app.running.action_id, app.running.paused !== true)
  },
}
