/** How large the panels stand; kept in this browser, and never so large that the network loses its room. */
import { store, stored } from './storage'

export interface PanelSizes {
  left: number
  right: number
  bottom: number
}

const DEFAULTS: PanelSizes = { left: 288, right: 384, bottom: 108 }
/** Below this the network is no longer readable. */
const CENTRE_MINIMUM = 460

export const panelLimits = {
  left: { minimum: 240, maximum: 440 },
  right: { minimum: 280, maximum: 640 },
  bottom: { minimum: 92, maximum: 420 },
} as const

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.max(minimum, Math.min(maximum, value))
}

class PanelStore {
  #wanted = $state<PanelSizes>({ ...DEFAULTS, ...stored<Partial<PanelSizes>>('panels', {}) })
  windowWidth = $state(1440)
  windowHeight = $state(900)

  readonly left = $derived(
    clamp(
      Math.min(this.#wanted.left, 0.24 * this.windowWidth),
      panelLimits.left.minimum,
      panelLimits.left.maximum,
    ),
  )
  readonly right = $derived(
    clamp(
      Math.min(this.#wanted.right, this.windowWidth - this.left - CENTRE_MINIMUM),
      panelLimits.right.minimum,
      panelLimits.right.maximum,
    ),
  )
  readonly bottom = $derived(
    clamp(
      Math.min(this.#wanted.bottom, 0.4 * this.windowHeight),
      panelLimits.bottom.minimum,
      panelLimits.bottom.maximum,
    ),
  )

  resize(panel: keyof PanelSizes, size: number): void {
    this.#wanted = { ...this.#wanted, [panel]: size }
    store('panels', this.#wanted)
  }

  reset(panel: keyof PanelSizes): void {
    this.resize(panel, DEFAULTS[panel])
  }
}

export const panels = new PanelStore()
