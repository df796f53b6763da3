/**
 * How large the small plots can be, and in how many columns they stand, so that all of them have room.
 */

export interface Room {
  width: number
  height: number
}

const ASPECT = 1.5
const LARGEST_PLOT = 76
const SMALLEST_PLOT = 34
/** Free room around a plot and between a node and the first column of plots. */
export const CLEARANCE = 10
export const LEAD = 46
export const END_RADIUS = 17
export const MARGIN = { top: 20, side: 36 }
/** Below this width the threshold bar, which stands under the plots, breaks into two lines. */
const WIDE = 750

/** Pixels of the screen below the plots: for the caption of their axis and for the threshold bar. */
export function bottomMargin({ width }: Room): number {
  return width < WIDE ? 112 : 96
}

/** Names are enlarged in a large world, so that they can still be read when it is scaled to the screen. */
export const LARGEST_TEXT = 1.6

export interface Fit {
  world: number
  height: number
  columns: number[]
}

/** Columns of plots a gap needs when `available` is the height for one column. */
function columnsFor(edges: number, height: number, available: number): number {
  const rows = Math.max(1, Math.floor((available + CLEARANCE) / (height + CLEARANCE)))
  return Math.max(1, Math.ceil(edges / rows))
}

/**
 * The plot size for a world of this scale, and how many columns of plots each gap gets; null when nothing fits.
 * Several columns in a gap make wires run behind plots, which is harder to read, so each must earn its place.
 */
function fitWorld(active: readonly number[], room: Room, ends: number, world: number): Fit | null {
  let best: Fit | null = null
  let bestScore = 0
  const available = (room.height - bottomMargin(room)) * world - MARGIN.top
  for (let height = LARGEST_PLOT; height >= SMALLEST_PLOT; height -= 2) {
    const columns = active.map((count) => columnsFor(count, height, available))
    const needed = columns.reduce((sum, count) => sum + count * (height * ASPECT + CLEARANCE) + 2 * LEAD, 0)
    const score = height / (1 + 0.6 * (Math.max(...columns) - 1))
    if (needed + ends <= room.width * world && score > bestScore) {
      best = { world, height, columns }
      bestScore = score
    }
  }
  return best
}

/** The smallest world in which all plots have room. */
export function fitPlots(active: readonly number[], room: Room, nameWidth: number): Fit {
  for (let world = 1; world <= 12; world *= 1.05) {
    const ends = 2 * (MARGIN.side + END_RADIUS) + nameWidth * Math.min(LARGEST_TEXT, world)
    const fit = fitWorld(active, room, ends, world)
    if (fit !== null) return fit
  }
  return { world: 12, height: SMALLEST_PLOT, columns: active.map(() => 1) }
}

export function plotSize(height: number): Room {
  return { width: Math.round(height * ASPECT), height }
}
