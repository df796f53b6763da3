import type { UserAction } from './user_action'

export const showTable: UserAction = {
  id: 'show_table',
  title: 'Show the network as a table',
  group: 'View',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: ({ ui }) => {
    ui.networkMode = 'table'
  },
}
