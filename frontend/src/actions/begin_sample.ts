import type { SampleView } from '../contract'
import type { UserAction } from './user_action'

export const beginSample: UserAction<SampleView> = {
  id: 'begin_sample',
  title: 'Open a sample',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: ({ start }, sample) => sample !== undefined && start.busy === null,
  async run({ start, router }, sample) {
    if (sample === undefined) return
    const session = await start.beginSample(sample)
    if (session !== null) router.go({ page: 'session', session, revision: null, edge: null })
  },
}
