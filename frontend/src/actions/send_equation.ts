import { equationObstacle } from './fit_equation'
import { hindrance, type UserAction } from './user_action'

/** The equations are those of the open dialog. */
export const sendEquation: UserAction = {
  id: 'send_equation',
  title: 'Fit to these equations',
  group: 'Run',
  keys: [],
  hidden: true,
  enabled: (context) => sendEquation.obstacle?.(context) === null,
  obstacle: (context) => {
    const { empty, waiting } = context.equation
    if (waiting) return 'The equations are being read.'
    return empty ? 'Write an equation first.' : (hindrance(context) ?? equationObstacle(context))
  },
  run: ({ client, equation }) => {
    equation.send(client.act)
  },
}
