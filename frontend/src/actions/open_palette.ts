import type { UserAction } from './user_action'

export const openPalette: UserAction = {
  id: 'open_palette',
  title: 'Commands',
  group: 'View',
  keys: ['Mod+K'],
  hidden: true,
  enabled: () => true,
  run: ({ ui }) => {
    if (ui.dialog === 'palette') ui.close()
    else ui.open('palette')
  },
}
