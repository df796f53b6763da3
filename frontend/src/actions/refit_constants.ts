import { canChange, type UserAction } from './user_action'

export const refitConstants: UserAction = {
  id: 'refit_constants',
  title: 'Refit constants',
  group: 'Run',
  keys: ['R'],
  hint: 'Fit only the constants of the symbolic edges; splines stay as they are.',
  enabled: (context) =>
    canChange(context) &&
    (context.app.network?.edges.some((edge) => edge.function.kind === 'symbolic') ?? false),
  run: ({ client }) => {
    client.act({ kind: 'refit', splines: false })
  },
}
