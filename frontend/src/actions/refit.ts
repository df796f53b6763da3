import { canChange, type UserAction } from './user_action'

export const refit: UserAction = {
  id: 'refit',
  title: 'Refit',
  group: 'Run',
  keys: [],
  hint: 'Fit everything that is left, constants and splines, without the pull towards fewer edges.',
  enabled: canChange,
  run: ({ client }) => {
    client.act({ kind: 'refit', splines: true })
  },
}
