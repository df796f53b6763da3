import { missingRole } from '../model/roles'
import { misplacedText } from '../model/task'
import type { UserAction } from './user_action'

export const beginSession: UserAction = {
  id: 'begin_session',
  title: 'Start a session on this table',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: ({ start }) =>
    start.dataset !== null &&
    start.busy === null &&
    missingRole(start.dataset, start.roles, start.judging) === null &&
    misplacedText(start.dataset, start.roles) === null,
  async run({ start, router }) {
    const session = await start.begin()
    if (session === null) return
    start.reset()
    router.go({ page: 'session', session, revision: null, edge: null })
  },
}
