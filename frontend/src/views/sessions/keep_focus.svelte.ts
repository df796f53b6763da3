/** A row that is deleted gets another control in its place, and back: whoever used the one goes on from the other. */
import { focusNext } from '../../widgets/focus'

/** To be called when a control of the row is used; the focus then follows the next change of `gone`. */
export function keepFocus(row: () => HTMLElement | undefined, gone: () => boolean): () => void {
  let used = false
  $effect(() => {
    const selector = gone() ? '.undo' : '.delete'
    if (used) void focusNext(() => row()?.querySelector<HTMLElement>(selector))
    used = false
  })
  return () => {
    used = true
  }
}
