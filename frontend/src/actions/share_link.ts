import { copyText } from './copy_text'
import type { UserAction } from './user_action'

export const shareLink: UserAction = {
  id: 'share_link',
  title: 'Copy the link to this place',
  group: 'Session',
  keys: [],
  hint: 'The link names the session, the revision and the selected edge.',
  enabled: ({ app }) => app.session !== null,
  run: ({ toasts }) => copyText(location.href, 'Link copied', toasts),
}
