import type { UserAction } from './user_action'

export const leaveDraft: UserAction = {
  id: 'leave_draft',
  title: 'Leave the draft of a formula',
  group: 'Model',
  keys: [],
  hint: 'Nothing has changed; what was written stays until you come back to it.',
  enabled: ({ draft }) => draft.open,
  run: ({ draft }) => {
    draft.leave()
  },
}
