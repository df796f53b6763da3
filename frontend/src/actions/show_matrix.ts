import type { UserAction } from './user_action'

export const showMatrix: UserAction = {
  id: 'show_matrix',
  title: 'Show the network as a matrix',
  group: 'View',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: ({ ui }) => {
    ui.networkMode = 'matrix'
  },
}
