/**
 * One gap between two layers: its edges in a fixed order from top to bottom, each in a lane of its own. In the column
 * where an edge has its plot the lane is as high as the plot; in the other columns, and for a pruned edge, it is as high
 * as a wire needs. Lanes never cross between the first column and the last, so plots stand on their own wires only.
 */
import type { Box } from './curves'
import type { Level } from './wires'
import { placeApart } from './placement'
import type { LaneHeights, Room } from './plot_fit'

export interface LaneEdge<Edge> {
  edge: Edge
  active: boolean
  from: { x: number; y: number }
  to: { x: number; y: number }
  /** Order from top to bottom. */
  order: number
}

export interface Lane<Edge> {
  edge: Edge
  active: boolean
  /** Null for a pruned edge. */
  box: Box | null
  levels: Level[]
}

export interface Gap {
  left: number
  right: number
  top: number
  bottom: number
  columns: number
}

export function placeLanes<Edge>(
  edges: readonly LaneEdge<Edge>[],
  gap: Gap,
  plot: Room,
  heights: LaneHeights,
): Lane<Edge>[] {
  const sorted = [...edges].sort((a, b) => a.order - b.order)
  const lanes = sorted.map(({ edge, active }): Lane<Edge> => ({ edge, active, box: null, levels: [] }))
  const active = sorted.flatMap((each, index) => (each.active ? [index] : []))
  /** The column in which the edge at an index has its plot. */
  const columnOf = new Map(active.map((index, place) => [index, place % gap.columns]))
  const pitch = (gap.right - gap.left) / gap.columns
  for (let column = 0; column < gap.columns; column += 1) {
    const middle = gap.left + pitch * (column + 0.5)
    const [left, right] = [middle - plot.width / 2, middle + plot.width / 2]
    const sizes = sorted.map((each, index) => {
      if (columnOf.get(index) === column) return plot.height + heights.clearance
      return each.active ? heights.wire : heights.pruned
    })
    const wanted = sorted.map(({ from, to }) => {
      const share = gap.columns === 1 ? 0.5 : (middle - from.x) / (to.x - from.x)
      return from.y + (to.y - from.y) * share
    })
    const middles = placeApart(
      wanted,
      sizes,
      gap.top - heights.clearance / 2,
      gap.bottom + heights.clearance / 2,
    )
    lanes.forEach((lane, index) => {
      const y = middles[index] ?? 0
      lane.levels.push({ left, right, y })
      if (columnOf.get(index) === column)
        lane.box = { x: round(left), y: round(y - plot.height / 2), ...plot }
    })
  }
  return lanes
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
