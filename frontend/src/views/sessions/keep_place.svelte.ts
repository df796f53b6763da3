/**
 * A row that is deleted gets another control in its place, and back. It keeps its height, so that nothing below moves under the
 * pointer, and whoever used the one control goes on from the other.
 */
import { focusNext } from '../../widgets/focus'

export class Place {
  row = $state<HTMLElement>()
  /** What the row measured when it was used, for its `min-height`. */
  height = $state<string>()
  #used = false

  constructor(gone: () => boolean) {
    $effect(() => {
      const selector = gone() ? '.undo' : '.delete'
      if (this.#used) void focusNext(() => this.row?.querySelector<HTMLElement>(selector))
      this.#used = false
    })
  }

  /** A control of the row is used. */
  use(): void {
    this.#used = true
    if (this.row !== undefined) this.height = `${this.row.offsetHeight}px`
  }
}
