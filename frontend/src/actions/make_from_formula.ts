import { hindrance, type UserAction } from './user_action'

/** The formulas are those of the open dialog. */
export const makeFromFormula: UserAction = {
  id: 'make_from_formula',
  title: 'Make the network of these formulas',
  group: 'Network',
  keys: [],
  hidden: true,
  enabled: (context) => makeFromFormula.obstacle?.(context) === null,
  obstacle: (context) => {
    const { complete, waiting, wrong } = context.law
    if (waiting) return 'The network is being made.'
    if (!complete) return 'Write a formula for every target first.'
    return wrong ? 'Mend the formula first: its field says where the mistake is.' : hindrance(context)
  },
  run: ({ client, law }) => {
    law.send(client.act)
  },
}
