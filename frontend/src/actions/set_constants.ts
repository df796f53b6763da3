import type { ConstantChange } from '../contract'
import { canChange, type UserAction } from './user_action'

export const setConstants: UserAction<readonly ConstantChange[]> = {
  id: 'set_constants',
  title: 'Change constants of the formula',
  group: 'Formula',
  keys: [],
  hidden: true,
  enabled: (context, changes) =>
    canChange(context) && context.app.revision?.formula.symbolic === true && (changes?.length ?? 0) > 0,
  run: ({ client }, changes) => {
    client.act({ kind: 'set_constants', changes: [...(changes ?? [])] })
  },
}
