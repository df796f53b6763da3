import { hindrance, type UserAction } from './user_action'

/** Merges the chosen revision with the head; only the dialog that shows what comes of it does this. */
export const mergeNow: UserAction<string> = {
  id: 'merge_now',
  title: 'Merge with the head',
  group: 'Network',
  keys: [],
  hidden: true,
  enabled: (context, revision) => mergeNow.obstacle?.(context, revision) === null,
  obstacle: (context, revision) => {
    if (revision === undefined || revision === context.app.session?.head) return 'Choose another revision.'
    return hindrance(context)
  },
  run: ({ client, ui }, revision) => {
    if (revision !== undefined && client.act({ kind: 'merge', revision })) ui.close()
  },
}
