import type { SnapValue } from '../contract'
import { canChange, type UserAction } from './user_action'

export const snap: UserAction<readonly SnapValue[]> = {
  id: 'snap',
  title: 'Make constants exact',
  group: 'Formula',
  keys: [],
  hidden: true,
  enabled: (context, values) =>
    canChange(context) && context.app.revision?.formula.symbolic === true && (values?.length ?? 0) > 0,
  run: ({ client }, values) => {
    client.act({ kind: 'snap', values: [...(values ?? [])] })
  },
}
