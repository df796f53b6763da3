import { allExact } from '../model/law'
import { canChange, type UserAction } from './user_action'

export const snapAll: UserAction = {
  id: 'snap_all',
  title: 'Snap all constants within their error bars',
  group: 'Formula',
  keys: [],
  hint: 'Each becomes the simplest exact number its error bar holds; the others are refitted.',
  enabled: (context) => canChange(context) && context.app.revision?.formula.symbolic === true,
  run: async ({ app, client, constants, toasts }) => {
    const { session } = app
    if (session === null) return
    await constants.load(session.id, session.head)
    const changes = allExact(constants.answer.value)
    if (changes.length > 0) client.act({ kind: 'set_constants', changes })
    else toasts.show('No constant has a simple exact number inside its error bar')
  },
}
