import type { UserAction } from './user_action'

export const openDataset: UserAction<string> = {
  id: 'open_dataset',
  title: 'Begin with a table that is kept',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: ({ start }, dataset) => dataset !== undefined && start.busy === null,
  async run({ start }, dataset) {
    if (dataset !== undefined) await start.open(dataset)
  },
}
