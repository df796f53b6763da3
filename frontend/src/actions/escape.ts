import type { UserAction } from './user_action'

export const escape: UserAction = {
  id: 'escape',
  title: 'Leave everything as it was',
  group: 'View',
  keys: ['Escape'],
  hidden: true,
  enabled: ({ ui }) => ui.preview !== null || ui.pruneThreshold !== null || ui.selection !== null,
  run: ({ inspection, ui }) => {
    if (ui.preview !== null) inspection.clearPreview()
    else if (ui.pruneThreshold !== null) ui.pruneThreshold = null
    else ui.clearSelection()
  },
}
