import type { UserAction } from './user_action'

export const showRows: UserAction = {
  id: 'show_rows',
  title: 'Show the rows …',
  group: 'View',
  keys: [],
  hint: 'The table that errors are measured on; for equations, the points with the solution’s values.',
  enabled: ({ app }) => app.session !== null,
  obstacle: () => 'No session is open.',
  run: ({ ui }) => {
    ui.open('rows')
  },
}
