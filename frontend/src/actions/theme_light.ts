import type { UserAction } from './user_action'

export const themeLight: UserAction = {
  id: 'theme_light',
  title: 'Light theme',
  group: 'View',
  keys: [],
  enabled: ({ ui }) => ui.theme !== 'light',
  run: ({ ui }) => {
    ui.setTheme('light')
  },
}
