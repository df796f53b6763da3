import { ownParts } from '../model/own_function'
import { canChange, type UserAction } from './user_action'

export const defineFunction: UserAction<string> = {
  id: 'define_function',
  title: 'Keep a typed function among your own',
  group: 'Edge',
  keys: [],
  hidden: true,
  enabled: (context, text) => canChange(context) && (text ?? '').trim() !== '',
  run: ({ client }, typed) => {
    const { word, text } = ownParts((typed ?? '').trim())
    client.act({ kind: 'define_primitive', text, ...(word === null ? {} : { name: word }) })
  },
}
