import { download } from './copy_text'
import type { UserAction } from './user_action'

export const downloadReport: UserAction = {
  id: 'download_report',
  title: 'Download the report',
  group: 'Export',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: (context) => {
    download(context, 'report')
  },
}
