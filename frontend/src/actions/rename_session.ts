import type { UserAction } from './user_action'

export const renameSession: UserAction<string> = {
  id: 'rename_session',
  title: 'Rename the session',
  group: 'Session',
  keys: [],
  enabled: ({ app }) => app.connection === 'live' && app.session !== null,
  run: ({ client, ui }, name) => {
    if (name === undefined) ui.open('rename')
    else client.annotate(null, name)
  },
}
