import { copyText } from './copy_text'
import type { UserAction } from './user_action'

export const copyLink: UserAction<string> = {
  id: 'copy_link',
  title: 'Copy a link',
  group: 'Session',
  keys: [],
  hidden: true,
  enabled: (_, link) => link !== undefined,
  run: ({ toasts }, link) => (link === undefined ? undefined : copyText(link, 'Link copied', toasts)),
}
