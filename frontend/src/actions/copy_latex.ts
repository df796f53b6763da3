import { copyExport } from './copy_text'
import type { UserAction } from './user_action'

export const copyLatex: UserAction = {
  id: 'copy_latex',
  title: 'Copy the formula as LaTeX',
  group: 'Export',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: ({ app, toasts }) => copyExport(app.session?.id, 'latex', 'LaTeX', toasts),
}
