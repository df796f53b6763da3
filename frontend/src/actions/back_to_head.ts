import type { UserAction } from './user_action'

export const backToHead: UserAction = {
  id: 'back_to_head',
  title: 'Back to the head',
  group: 'History',
  keys: [],
  hint: 'Show again what everybody works on.',
  enabled: ({ router }) => router.address.page === 'session' && router.address.revision !== null,
  obstacle: () => 'You are looking at the head.',
  run: ({ router }) => {
    if (router.address.page === 'session') router.go({ ...router.address, revision: null })
  },
}
