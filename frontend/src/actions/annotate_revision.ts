import type { UserAction } from './user_action'

export const annotateRevision: UserAction<{ revision: string; text: string }> = {
  id: 'annotate_revision',
  title: 'Write a note on a revision',
  group: 'History',
  keys: [],
  hidden: true,
  enabled: ({ app }) => app.connection === 'live',
  run: ({ client }, note) => {
    if (note !== undefined) client.annotate(note.revision, note.text)
  },
}
