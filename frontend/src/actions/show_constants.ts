import type { UserAction } from './user_action'

export const showConstants: UserAction<string> = {
  id: 'show_constants',
  title: 'Work on the constants of the formula',
  group: 'Formula',
  keys: ['C'],
  hint: 'Error bar, free or fixed, bounds, exact numbers and the price of dropping, one constant after the other.',
  enabled: ({ app }) => app.revision?.formula.symbolic === true && app.revision.action.kind !== 'initialise',
  run: async ({ app, constants }, constant) => {
    if (constants.open && constant === undefined) {
      constants.close()
      return
    }
    const { session, revision } = app
    if (session === null || revision === null) return
    if (constants.answer.value === null) await constants.load(session.id, revision.id)
    constants.show(constant ?? null)
  },
}
