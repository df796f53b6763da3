import type { SessionSummary } from '../contract'
import type { UserAction } from './user_action'

export const deleteSession: UserAction<SessionSummary> = {
  id: 'delete_session',
  title: 'Delete a session',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: ({ kept }, session) => session !== undefined && !kept.busy,
  async run({ kept, toasts }, session) {
    if (session === undefined || !(await kept.deleteSession(session.id))) return
    toasts.offer(`Deleted “${session.name}”`, {
      title: 'Undo',
      possible: () => !kept.busy && kept.isDeleted(session.id),
      run: () => void kept.restoreSession(session.id),
    })
  },
}
