import type { UserAction } from './user_action'

export const restoreSession: UserAction<string> = {
  id: 'restore_session',
  title: 'Bring a deleted session back',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: ({ kept }, session) => session !== undefined && !kept.busy,
  async run({ kept }, session) {
    if (session !== undefined) await kept.restoreSession(session)
  },
}
