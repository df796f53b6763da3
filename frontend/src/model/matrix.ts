/** The network as one grid of small plots a layer: columns are sources, rows are target subnodes. */
import type { NetworkView } from '../contract'
import { edgeKey, nodeKey } from './edge_key'
import type { EdgePlace } from './layout'
import type { Room } from './plot_fit'

export interface MatrixLayer {
  layer: number
  sources: number[]
  targets: number[]
  plot: Room
  places: EdgePlace[]
  width: number
  height: number
}

/** Room for the names of rows and columns, and between cells. */
export const HEADING = { left: 84, top: 36 }
const GAP = 8
const LARGEST = 138
const SMALLEST = 40

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b)
}

/** Cells as large as the width allows, the same in all layers. */
export function layoutMatrix(network: NetworkView, width: number): MatrixLayer[] {
  const widest = Math.max(1, ...network.shape.slice(0, -1))
  const cell = Math.min(LARGEST, Math.max(SMALLEST, (width - HEADING.left) / widest - GAP))
  const plot = { width: Math.round(cell), height: Math.round(cell / 1.5) }
  return network.shape.slice(0, -1).map((_, layer) => {
    const edges = network.edges.filter(({ id }) => id.layer === layer)
    const sources = distinct(edges.map(({ id }) => id.source))
    const targets = distinct(edges.map(({ id }) => id.target))
    const places = edges.map((edge): EdgePlace => {
      const { id } = edge
      const x = HEADING.left + sources.indexOf(id.source) * (plot.width + GAP)
      const y = HEADING.top + targets.indexOf(id.target) * (plot.height + GAP)
      return {
        key: edgeKey(id),
        id,
        edge,
        active: edge.function.kind !== 'zero',
        source: nodeKey({ layer, index: id.source }),
        target: nodeKey({ layer: layer + 1, index: id.target }),
        box: { x, y, ...plot },
        wire: '',
      }
    })
    return {
      layer,
      sources,
      targets,
      plot,
      places,
      width: HEADING.left + sources.length * (plot.width + GAP),
      height: HEADING.top + targets.length * (plot.height + GAP) + 4,
    }
  })
}
