import type { UserAction } from './user_action'

export const openSession: UserAction<string> = {
  id: 'open_session',
  title: 'Open a session',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: (_, session) => session !== undefined,
  run({ router }, session) {
    if (session !== undefined) router.go({ page: 'session', session, revision: null, edge: null })
  },
}
