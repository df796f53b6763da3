/**
 * How large the small plots can be, and in how many columns they stand, so that all of them have room.
 */
export interface Room {
  width: number
  height: number
}

/** Room for a network; `foot` is what stays free below its plots, where it is not what the threshold bar needs. */
export interface NetworkRoom extends Room {
  foot?: number
}

/** Below the plots where no bar stands: the caption of their axis. */
export const CAPTION = 30

const ASPECT = 1.5
const LARGEST_PLOT = 76
const SMALLEST_PLOT = 34
/** Free room around a plot and between a node and the first column of plots. */
export const CLEARANCE = 10
export const LEAD = 46
/** Between two columns of plots, where wires change their height. */
export const BETWEEN = 22
export const END_RADIUS = 17
export const MARGIN = { top: 20, side: 36 }
/** Below this width the threshold bar, which stands under the plots, breaks into two lines. */
const WIDE = 750
/** Up to this width its lines are as high as fingertips; the same width as in styles/base.css. */
const FINGERS = 500

/** Pixels of the screen below the plots: for the caption of their axis and for the threshold bar. */
export function bottomMargin({ width, foot }: NetworkRoom): number {
  return foot ?? (width <= FINGERS ? 144 : width < WIDE ? 112 : 96)
}

/** Names are enlarged in a large world, so that they can still be read when it is scaled to the screen. */
export const LARGEST_TEXT = 1.6

/** Heights of the lanes in a gap: beside the plots, an active edge's wire, a pruned edge's. */
export interface LaneHeights {
  /** Free room above and below a plot, together. */
  clearance: number
  wire: number
  pruned: number
}

/** A wire of an active edge beside the plots of others; its strongest is as wide as `wireWeight` draws it. */
function wireLane(height: number): number {
  return Math.max(1.5, (height / 76) * 6.5) + 1.5
}

/** Pruned edges are thin dotted lines: together they take at most so much from the plots. */
const PRUNED_LANE = 8
const PRUNED_TOGETHER = 110

export interface Fit {
  world: number
  height: number
  columns: number[]
}

/** Edges of a gap: with plots, and pruned ones that are drawn. */
export interface GapEdges {
  active: number
  pruned: number
}

export function laneHeights(height: number, pruned: number): LaneHeights {
  return {
    clearance: CLEARANCE,
    wire: wireLane(height),
    pruned: Math.min(PRUNED_LANE, PRUNED_TOGETHER / Math.max(1, pruned)),
  }
}

/** Columns of plots a gap needs when `available` is the height for one column; null when no number is enough. */
function columnsFor({ active, pruned }: GapEdges, height: number, available: number): number | null {
  const { clearance, wire, pruned: thin } = laneHeights(height, pruned)
  for (let columns = 1; columns <= Math.max(1, active); columns += 1) {
    const rows = Math.ceil(active / columns)
    const needed = rows * (height + clearance) + (active - rows) * wire + pruned * thin
    if (needed <= available + clearance) return columns
  }
  return null
}

/**
 * The plot size for a world of this scale, and how many columns of plots each gap gets; null when nothing fits.
 * Several columns in a gap make wires wind past plots, which is harder to read, so each must earn its place.
 */
function fitWorld(gaps: readonly GapEdges[], room: NetworkRoom, ends: number, world: number): Fit | null {
  let best: Fit | null = null
  let bestScore = 0
  const available = (room.height - bottomMargin(room)) * world - MARGIN.top
  for (let height = LARGEST_PLOT; height >= SMALLEST_PLOT; height -= 2) {
    const columns = gaps.map((edges) => columnsFor(edges, height, available))
    if (columns.includes(null)) continue
    const counts = columns.map((count) => count ?? 1)
    const needed = counts.reduce((sum, count) => sum + gapWidth(count, height * ASPECT), 0)
    const score = height / (1 + 0.6 * (Math.max(...counts) - 1))
    if (needed + ends <= room.width * world && score > bestScore) {
      best = { world, height, columns: counts }
      bestScore = score
    }
  }
  return best
}

/** Width of a gap with so many columns of plots. */
export function gapWidth(columns: number, plotWidth: number): number {
  return columns * plotWidth + (columns - 1) * BETWEEN + CLEARANCE + 2 * LEAD
}

/** The smallest world in which all plots have room. */
export function fitPlots(gaps: readonly GapEdges[], room: NetworkRoom, nameWidth: number): Fit {
  for (let world = 1; world <= 40; world *= 1.05) {
    const ends = 2 * (MARGIN.side + END_RADIUS) + nameWidth * Math.min(LARGEST_TEXT, world)
    const fit = fitWorld(gaps, room, ends, world)
    if (fit !== null) return fit
  }
  return { world: 40, height: SMALLEST_PLOT, columns: gaps.map(() => 1) }
}

export function plotSize(height: number): Room {
  return { width: Math.round(height * ASPECT), height }
}
