import type { UserAction } from './user_action'

export const readTable: UserAction<File> = {
  id: 'read_table',
  title: 'Read a table',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: ({ start }, file) => file !== undefined && start.busy === null,
  async run({ start }, file) {
    if (file !== undefined) await start.read(file)
  },
}
