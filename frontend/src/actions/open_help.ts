import type { UserAction } from './user_action'

export const openHelp: UserAction = {
  id: 'open_help',
  title: 'Keyboard and help',
  group: 'View',
  keys: ['?'],
  enabled: () => true,
  run: ({ ui }) => {
    ui.open('help')
  },
}
