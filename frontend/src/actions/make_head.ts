import { headHindrance, type UserAction } from './user_action'

/** Without a revision, the one that is looked at. */
export const makeHead: UserAction<string> = {
  id: 'make_head',
  title: 'Make the revision you look at the head',
  group: 'History',
  keys: [],
  hint: 'Everybody goes on from there. It can be undone.',
  enabled: (context, revision) => makeHead.obstacle?.(context, revision) === null,
  obstacle: (context, revision) => {
    const wanted = revision ?? context.app.looking
    if (wanted === null) return 'You are looking at the head.'
    return wanted === context.app.session?.head ? 'This is the head itself.' : headHindrance(context)
  },
  run: ({ app, client }, revision) => {
    const wanted = revision ?? app.looking
    if (wanted !== null) client.moveHead(wanted)
  },
}
