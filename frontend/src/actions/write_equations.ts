import type { EquationExample } from '../model/equation_examples'
import type { UserAction } from './user_action'

export const writeEquations: UserAction<EquationExample> = {
  id: 'write_equations',
  title: 'Write equations to solve',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: ({ equationForm }) => !equationForm.busy,
  run: ({ equationForm }, example) => {
    equationForm.show(example ?? null)
  },
}
