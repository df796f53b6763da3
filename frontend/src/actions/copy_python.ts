import { copyExport } from './copy_text'
import type { UserAction } from './user_action'

export const copyPython: UserAction = {
  id: 'copy_python',
  title: 'Copy the formula as Python',
  group: 'Export',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: (context) => copyExport(context, 'python', 'Python'),
}
