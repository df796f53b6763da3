import { copyExport } from './copy_text'
import type { UserAction } from './user_action'

export const copyLatex: UserAction = {
  id: 'copy_latex',
  title: 'Copy the formula as LaTeX',
  group: 'Export',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: (context) => copyExport(context, 'latex', 'LaTeX'),
}
