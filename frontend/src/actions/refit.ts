import { canChange, type UserAction } from './user_action'

export const refit: UserAction = {
  id: 'refit',
  title: 'Refit everything',
  group: 'Run',
  keys: [],
  hint: 'Refit constants and splines without the pull towards fewer edges.',
  enabled: canChange,
  run: ({ client }) => {
    client.act({ kind: 'refit', splines: true })
  },
}
