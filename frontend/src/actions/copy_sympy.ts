import { copyExport } from './copy_text'
import type { UserAction } from './user_action'

export const copySympy: UserAction = {
  id: 'copy_sympy',
  title: 'Copy the formula as SymPy',
  group: 'Export',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: (context) => copyExport(context, 'sympy', 'SymPy'),
}
