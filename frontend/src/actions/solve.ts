import { beganWithEquations } from '../model/equation_session'
import { canChange, hindrance, type UserAction } from './user_action'

export const solve: UserAction = {
  id: 'solve',
  title: 'Solve',
  group: 'Run',
  keys: [],
  hint: 'Fit the network to the equations this session began with; the solution becomes the values of the points.',
  enabled: (context) => canChange(context) && beganWithEquations(context.app.session),
  obstacle: (context) =>
    hindrance(context) ??
    (beganWithEquations(context.app.session) ? null : 'This session began with measured rows.'),
  run: ({ client }) => {
    client.act({ kind: 'fit_equation' })
  },
}
