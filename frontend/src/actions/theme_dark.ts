import type { UserAction } from './user_action'

export const themeDark: UserAction = {
  id: 'theme_dark',
  title: 'Dark theme',
  group: 'View',
  keys: [],
  enabled: ({ ui }) => ui.theme !== 'dark',
  run: ({ ui }) => {
    ui.setTheme('dark')
  },
}
