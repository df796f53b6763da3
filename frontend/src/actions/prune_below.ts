import { canChange, type UserAction } from './user_action'

export const pruneBelow: UserAction<number> = {
  id: 'prune_below',
  title: 'Prune weak edges',
  group: 'Edge',
  keys: [],
  hint: 'Prune every edge below the threshold of the slider.',
  enabled: (context, threshold) => canChange(context) && (threshold ?? context.ui.pruneThreshold) !== null,
  run: ({ client, ui }, threshold) => {
    const share = threshold ?? ui.pruneThreshold
    if (share === null) return
    client.act({ kind: 'prune', threshold: share })
    ui.pruneThreshold = null
  },
}
