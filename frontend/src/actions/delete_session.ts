import type { UserAction } from './user_action'

export const deleteSession: UserAction<string> = {
  id: 'delete_session',
  title: 'Delete a session',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: ({ start }, session) => session !== undefined && start.busy === null,
  async run({ start }, session) {
    if (session !== undefined) await start.remove(session)
  },
}
