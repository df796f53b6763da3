import type { UserAction } from './user_action'

/** A view of one's own: nobody is told, nothing is moved. The head itself ends the looking. */
export const lookAt: UserAction<string> = {
  id: 'look_at',
  title: 'Look at a revision',
  group: 'History',
  keys: [],
  hidden: true,
  enabled: ({ app }, revision) => app.session?.history.some(({ id }) => id === revision) ?? false,
  run: ({ app, router }, revision) => {
    if (router.address.page !== 'session' || revision === undefined) return
    const to = revision === app.session?.head ? null : revision
    if (to !== router.address.revision) router.go({ ...router.address, revision: to })
  },
}
