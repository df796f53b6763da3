import { backToHead } from './back_to_head'
import { leaveDraft } from './leave_draft'
import { showConstants } from './show_constants'
import type { Context, UserAction } from './user_action'

/** Whether the panel of constants is on the screen, wherever the focus is. */
function showsConstants(context: Context): boolean {
  return context.constants.open && showConstants.enabled(context)
}

export const escape: UserAction = {
  id: 'escape',
  title: 'Leave everything as it was',
  group: 'View',
  keys: ['Escape'],
  hidden: true,
  enabled: (context) => {
    const { search, ui } = context
    if (leaveDraft.enabled(context)) return true
    const shown = ui.preview !== null || ui.pruneThreshold !== null || search.looked !== null
    const open = ui.selection !== null || context.sheets.open !== null || showsConstants(context)
    return shown || open || backToHead.enabled(context)
  },
  run: (context) => {
    const { constants, inspection, search, sheets, ui } = context
    if (leaveDraft.enabled(context)) void leaveDraft.run(context)
    else if (ui.preview !== null) inspection.clearPreview()
    else if (ui.pruneThreshold !== null) ui.pruneThreshold = null
    else if (showsConstants(context)) constants.close()
    else if (search.looked !== null) search.look(null)
    else if (sheets.open !== null) {
      sheets.close()
      ui.clearSelection()
    } else if (ui.selection !== null) ui.clearSelection()
    else void backToHead.run(context)
  },
}
