import type { ConstantView } from '../contract'
import { copyText } from './copy_text'
import type { UserAction } from './user_action'

export const copyConstant: UserAction<ConstantView> = {
  id: 'copy_constant',
  title: 'Copy a constant with all digits',
  group: 'Export',
  keys: [],
  hidden: true,
  enabled: (_context, constant) => constant !== undefined,
  run: async ({ toasts }, constant) => {
    if (constant === undefined) return
    const error = constant.standard_error
    const text = error === null ? String(constant.value) : `${constant.value} ± ${error}`
    await copyText(text, 'Constant copied with all digits', toasts)
  },
}
