import { download } from './copy_text'
import type { UserAction } from './user_action'

export const downloadPython: UserAction = {
  id: 'download_python',
  title: 'Download the formula as a Python module',
  group: 'Export',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: (context) => {
    download(context, 'python')
  },
}
