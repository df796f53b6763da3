import { canChange, type UserAction } from './user_action'

/** The formulas are those of the open dialog. */
export const makeFromFormula: UserAction = {
  id: 'make_from_formula',
  title: 'Make the network of these formulas',
  group: 'Network',
  keys: [],
  hidden: true,
  enabled: (context) => canChange(context) && context.law.complete && !context.law.waiting,
  run: ({ client, law }) => {
    law.send(client.act)
  },
}
