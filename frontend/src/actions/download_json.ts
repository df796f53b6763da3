import { download } from './copy_text'
import type { UserAction } from './user_action'

export const downloadJson: UserAction = {
  id: 'download_json',
  title: 'Download the network as JSON',
  group: 'Export',
  keys: [],
  enabled: ({ app }) => app.session !== null,
  run: (context) => {
    download(context, 'json')
  },
}
