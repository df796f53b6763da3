import type { ConstantChange } from '../contract'
import { canChange, type UserAction } from './user_action'

/** What is to become of constants and terms of the law. */
export interface LawChange {
  changes?: readonly ConstantChange[]
  drop?: readonly string[]
  dropTerms?: readonly string[]
}

export const setConstants: UserAction<LawChange> = {
  id: 'set_constants',
  title: 'Change constants of the formula',
  group: 'Formula',
  keys: [],
  hidden: true,
  enabled: (context, change) =>
    canChange(context) &&
    context.app.revision?.formula.symbolic === true &&
    [change?.changes, change?.drop, change?.dropTerms].some((part) => (part?.length ?? 0) > 0),
  run: ({ client }, { changes = [], drop = [], dropTerms = [] } = {}) => {
    client.act({
      kind: 'set_constants',
      changes: [...changes],
      drop: [...drop],
      ...(dropTerms.length === 0 ? {} : { drop_terms: [...dropTerms] }),
    })
  },
}
