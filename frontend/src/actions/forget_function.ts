import { canChange, type UserAction } from './user_action'

export const forgetFunction: UserAction<string> = {
  id: 'forget_function',
  title: 'Forget a function of your own',
  group: 'Edge',
  keys: [],
  hidden: true,
  enabled: (context, name) => canChange(context) && name !== undefined,
  run: ({ client }, name) => {
    if (name !== undefined) client.act({ kind: 'forget_primitive', name })
  },
}
