import { resultText } from '../model/draft/said'
import { copyText } from './copy_text'
import type { UserAction } from './user_action'

export const copyFit: UserAction = {
  id: 'copy_fit',
  title: 'Copy the draft’s fit with all digits',
  group: 'Model',
  keys: [],
  enabled: ({ draft }) => draft.open && draft.formula?.fitted != null,
  obstacle: () => 'Fit first.',
  run: async ({ draft, toasts }) => {
    const { formula } = draft
    if (formula?.fitted == null) return
    await copyText(resultText(formula.fitted, formula.text.trim()), 'Fit copied with all digits', toasts)
  },
}
