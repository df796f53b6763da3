import type { UserAction } from './user_action'

export const exportMenu: UserAction = {
  id: 'export_menu',
  title: 'Export …',
  group: 'Export',
  keys: ['E'],
  enabled: ({ app }) => app.session !== null,
  run: ({ ui }) => {
    ui.open('export')
  },
}
