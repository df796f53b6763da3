import { hindrance, type UserAction } from './user_action'

/** What keeps the draft itself from becoming the law, in a sentence; null when nothing does. */
function unfinished({
  complete,
  waiting,
  wrong,
  disagreement,
  foreign,
}: {
  complete: boolean
  waiting: boolean
  wrong: boolean
  disagreement: string | null
  foreign: string | null
}): string | null {
  if (waiting) return 'It is being made the law.'
  if (!complete) return 'Write a formula for every target first.'
  if (wrong) return 'Mend the formula first: its field says where the mistake is.'
  if (foreign !== null)
    return `${foreign} is no input of this session: start one with it, or write the formula without it.`
  if (disagreement !== null)
    return `Two formulas have the constant ${disagreement} with different values: call one of them differently.`
  return null
}

export const takeDraft: UserAction = {
  id: 'take_draft',
  title: 'Make the draft the law',
  group: 'Model',
  keys: ['Mod+Enter'],
  hint: 'The formula with its constants becomes the model; the present one stays in the history.',
  enabled: (context) => takeDraft.obstacle?.(context) === null,
  obstacle: (context) =>
    context.draft.open ? (unfinished(context.draft) ?? hindrance(context)) : 'No formula is being drafted.',
  run: ({ client, draft }) => {
    draft.send(client.act)
  },
}
