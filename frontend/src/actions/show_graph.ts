import type { UserAction } from './user_action'

export const showGraph: UserAction = {
  id: 'show_graph',
  title: 'Show the network as a graph',
  group: 'View',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: ({ ui }) => {
    ui.networkMode = 'graph'
  },
}
