import { canChange, type UserAction } from './user_action'

export const startOver: UserAction<number[]> = {
  id: 'start_over',
  title: 'Start over with a new network',
  group: 'Run',
  keys: [],
  hint: 'A fresh, untrained network; the present one stays in the history.',
  enabled: canChange,
  run: ({ app, client, settings }, shape) => {
    const { seed, intervals } = settings.training
    client.act({ kind: 'initialise', shape: shape ?? app.network?.shape ?? null, seed, intervals })
  },
}
