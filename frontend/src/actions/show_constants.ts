import type { UserAction } from './user_action'

export const showConstants: UserAction<string> = {
  id: 'show_constants',
  title: 'Constants and their error bars',
  group: 'Formula',
  keys: ['C'],
  hint: 'Every number of the formula with its error bar and the exact numbers it may be.',
  enabled: ({ app }) => app.revision?.formula.symbolic === true && app.revision.action.kind !== 'initialise',
  run: ({ constants }, constant) => {
    if (constants.open && constant === undefined) constants.close()
    else constants.show(constant ?? null)
  },
}
