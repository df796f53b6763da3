/** Where the focus goes when the control that had it gives way to another: nowhere would be the top of the page. */
import { tick } from 'svelte'

/** Focus what `find` finds once the page shows the change that was just made. */
export async function focusNext(find: () => HTMLElement | null | undefined): Promise<void> {
  await tick()
  find()?.focus()
}
