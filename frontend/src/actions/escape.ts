import type { UserAction } from './user_action'

export const escape: UserAction = {
  id: 'escape',
  title: 'Leave everything as it was',
  group: 'View',
  keys: ['Escape'],
  hidden: true,
  enabled: ({ search, ui }) =>
    ui.preview !== null || ui.pruneThreshold !== null || ui.selection !== null || search.looked !== null,
  run: ({ inspection, search, ui }) => {
    if (ui.preview !== null) inspection.clearPreview()
    else if (ui.pruneThreshold !== null) ui.pruneThreshold = null
    else if (ui.selection !== null) ui.clearSelection()
    else search.look(null)
  },
}
