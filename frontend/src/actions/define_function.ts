import { ownParts } from '../model/own_function'
import { canChange, type UserAction } from './user_action'

export const defineFunction: UserAction<string> = {
  id: 'define_function',
  title: 'Keep a typed function among your own',
  group: 'Edge',
  keys: [],
  hidden: true,
  enabled: (context, text) => canChange(context) && (text ?? '').trim() !== '',
  run: ({ client, ownFunction }, typed) => {
    const { word, text } = ownParts((typed ?? '').trim())
    const draft = { kind: 'define_primitive' as const, text, ...(word === null ? {} : { name: word }) }
    ownFunction.errand.send((request) => client.act(draft, request))
  },
}
