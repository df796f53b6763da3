import { canChange, type UserAction } from './user_action'

export const train: UserAction = {
  id: 'train',
  title: 'Train',
  group: 'Run',
  keys: [],
  hint: 'Fit all edge functions to the training rows.',
  enabled: canChange,
  run: ({ client, settings }) => {
    const { steps, sparsity, entropy, updateGrid, method } = settings.training
    client.act({ kind: 'train', steps, sparsity, entropy, update_grid: updateGrid, method })
  },
}
