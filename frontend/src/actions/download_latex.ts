import { download } from './copy_text'
import type { UserAction } from './user_action'

export const downloadLatex: UserAction = {
  id: 'download_latex',
  title: 'Download the formula as LaTeX',
  group: 'Export',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: (context) => {
    download(context, 'latex')
  },
}
