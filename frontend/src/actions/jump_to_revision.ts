import { canChange, type UserAction } from './user_action'

export const jumpToRevision: UserAction<string> = {
  id: 'jump_to_revision',
  title: 'Jump to a revision',
  group: 'History',
  keys: [],
  hidden: true,
  enabled: (context, revision) =>
    canChange(context) && revision !== undefined && revision !== context.app.session?.head,
  run: ({ client }, revision) => {
    if (revision !== undefined) client.moveHead(revision)
  },
}
