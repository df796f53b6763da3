import type { UserAction } from './user_action'

export const changeName: UserAction = {
  id: 'change_name',
  title: 'Change your name …',
  group: 'Session',
  keys: [],
  hint: 'Others see it beside what you change.',
  enabled: () => true,
  run: ({ ui }) => {
    ui.open('person')
  },
}
