import type { UserAction } from './user_action'

export const restoreDataset: UserAction<string> = {
  id: 'restore_dataset',
  title: 'Bring a deleted table back',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: ({ kept }, dataset) => dataset !== undefined && !kept.busy,
  async run({ kept }, dataset) {
    if (dataset !== undefined) await kept.restoreDataset(dataset)
  },
}
