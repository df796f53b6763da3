/** Which sheet is open on a small screen. Panels of a large one stand side by side and know nothing of this. */
import {
  bring,
  dragged,
  larger,
  needsSheets,
  pressTab,
  smaller,
  standsBeside,
  type Sheet,
  type SheetName,
} from '../model/sheets'
import { panels } from './panels.svelte'

class SheetStore {
  #sheet = $state.raw<Sheet>(null)
  /** Whether panels are sheets in this window. */
  readonly used = $derived(needsSheets(panels.windowWidth))
  readonly beside = $derived(standsBeside(panels.windowWidth, panels.windowHeight))
  /** Things to press are as large as fingertips; the same width as in styles/base.css. */
  readonly fingers = $derived(panels.windowWidth <= 500)
  readonly open = $derived(this.used ? this.#sheet : null)

  press(name: SheetName): void {
    this.#sheet = pressTab(this.#sheet, name)
  }

  bring(name: SheetName): void {
    this.#sheet = bring(this.#sheet, name)
  }

  resize(change: 'larger' | 'smaller'): void {
    this.#sheet = change === 'larger' ? larger(this.#sheet) : smaller(this.#sheet)
  }

  drag(distance: number, room: number): void {
    this.#sheet = dragged(this.#sheet, distance, room)
  }

  close(): void {
    this.#sheet = null
  }
}

export const sheets = new SheetStore()
