import type { UserAction } from './user_action'

export const home: UserAction = {
  id: 'home',
  title: 'Start page: samples and sessions',
  group: 'Session',
  keys: [],
  enabled: ({ router }) => router.address.page !== 'start',
  run: ({ router }) => {
    router.go({ page: 'start' })
  },
}
