import { hindrance, type UserAction } from './user_action'

/** Opens the dialog that asks which revision is to be merged with the head and shows what that means. */
export const mergeRevision: UserAction<string> = {
  id: 'merge_revision',
  title: 'Merge with a revision …',
  group: 'Network',
  keys: [],
  hint: 'Put both networks side by side and add their outputs, with the weights that fit the rows best.',
  enabled: (context, revision) => mergeRevision.obstacle?.(context, revision) === null,
  obstacle: (context, revision) => {
    const { session } = context.app
    if ((session?.history.length ?? 0) < 2) return 'There is no other revision yet.'
    return revision === session?.head ? 'This is the head itself.' : hindrance(context)
  },
  run: ({ app, merging, ui }, revision) => {
    merging.begin(app.session, revision)
    ui.open('merge')
  },
}
