import type { UserAction } from './user_action'

export const share: UserAction = {
  id: 'share',
  title: 'Share a link to this place …',
  group: 'Session',
  keys: [],
  hint: 'A link that names the session, the revision and the selected edge, and who can open it.',
  enabled: ({ app }) => app.session !== null,
  obstacle: () => 'No session is open.',
  run: ({ sharing, ui }) => {
    void sharing.ask()
    ui.open('share')
  },
}
