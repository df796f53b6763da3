import { canChange, type UserAction } from './user_action'

export const refitConstants: UserAction = {
  id: 'refit_constants',
  title: 'Refit constants',
  group: 'Run',
  keys: ['R'],
  hint: 'Refit only the constants of the symbolic edges.',
  enabled: (context) =>
    canChange(context) &&
    (context.app.network?.edges.some((edge) => edge.function.kind === 'symbolic') ?? false),
  run: ({ client }) => {
    client.act({ kind: 'refit', splines: false })
  },
}
