import type { UserAction } from './user_action'

/** Without a revision, the one before the head. */
export const compareRevisions: UserAction<string> = {
  id: 'compare_revisions',
  title: 'Compare two revisions …',
  group: 'History',
  keys: [],
  hint: 'What they cost, how well they fit and their formulas, side by side.',
  enabled: ({ app }) => (app.session?.history.length ?? 0) > 1,
  obstacle: () => 'There is no other revision yet.',
  run: ({ app, comparison, ui }, revision) => {
    comparison.begin(app.session, revision)
    ui.open('compare')
  },
}
