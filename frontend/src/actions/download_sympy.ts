import { download } from './copy_text'
import type { UserAction } from './user_action'

export const downloadSympy: UserAction = {
  id: 'download_sympy',
  title: 'Download the formula as SymPy',
  group: 'Export',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: (context) => {
    download(context, 'sympy')
  },
}
