import type { UserAction } from './user_action'

/** The equations are those of the form on the start page. */
export const beginEquations: UserAction = {
  id: 'begin_equations',
  title: 'Solve',
  group: 'Session',
  keys: [],
  hint: 'Start a session on these equations and solve them.',
  hidden: true,
  enabled: ({ equationForm, start }) => !equationForm.busy && start.busy === null,
  async run({ equationForm, router, toasts }) {
    const begun = await equationForm.begin()
    if (begun === null) return
    router.go({ page: 'session', session: begun.session, revision: null, edge: null })
    if (begun.problem !== null) toasts.show(`Not solved yet. ${begun.problem.detail}`, 'bad')
  },
}
