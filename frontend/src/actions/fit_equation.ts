import { canChange, hindrance, type Context, type UserAction } from './user_action'

/** Why nothing can be fitted to an equation, in a sentence; null when something can. */
export function equationObstacle({ app }: Pick<Context, 'app'>): string | null {
  return app.session?.task === 'classification'
    ? 'Equations are about numbers and this session learns classes.'
    : null
}

export const fitEquation: UserAction = {
  id: 'fit_equation',
  title: 'Fit to an equation …',
  group: 'Run',
  keys: [],
  hint: 'Write down a differential equation or another relation that the network is to fulfil.',
  enabled: (context) => canChange(context) && equationObstacle(context) === null,
  obstacle: (context) => hindrance(context) ?? equationObstacle(context),
  run: ({ ui }) => {
    ui.open('equation')
  },
}
