import type { UserAction } from './user_action'

export const themeSystem: UserAction = {
  id: 'theme_system',
  title: 'Theme of the system',
  group: 'View',
  keys: [],
  enabled: ({ ui }) => ui.theme !== 'system',
  run: ({ ui }) => {
    ui.setTheme('system')
  },
}
