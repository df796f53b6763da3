/**
 * From a binary curves frame to curves by edge. Called by the reducer; knows nothing of drawing.
 *
 * The frame's arrays are little-endian and may start at any byte, so they are copied once into typed arrays.
 */
import type { CurvesFrame } from '../contract'
import { edgeKey, nodeKey, type EdgeKey, type NodeKey } from './edge_key'

/** One edge function at `points` equal distances on [low, high], in the network's units. */
export interface Curve {
  low: number
  high: number
  y: Float32Array
  importance: number
}

/** The newest curves of all edges. */
export interface CurveSet {
  /** The revision they belong to; null while an action runs. */
  revision: string | null
  points: number
  byEdge: ReadonlyMap<EdgeKey, Curve>
  /** Share of rows in each of 16 bins of a node's range, largest 1; kept from the last revision while training. */
  density: ReadonlyMap<NodeKey, Float32Array>
}

const DENSITY_BINS = 16

function float32(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer)
}

function int32(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.slice().buffer)
}

/** Densities by node; empty when the frame's count does not belong to this shape. */
function densities(bytes: Uint8Array, shape: readonly number[]): Map<NodeKey, Float32Array> {
  const values = float32(bytes)
  const byNode = new Map<NodeKey, Float32Array>()
  const nodes = shape.slice(0, -1).reduce((sum, count) => sum + count, 0)
  if (values.length !== nodes * DENSITY_BINS) return byNode
  let start = 0
  shape.slice(0, -1).forEach((count, layer) => {
    for (let index = 0; index < count; index += 1) {
      byNode.set(nodeKey({ layer, index }), values.subarray(start, start + DENSITY_BINS))
      start += DENSITY_BINS
    }
  })
  return byNode
}

/** Read a frame; `shape` is the network's, `former` lends its density while an action runs. */
export function readCurves(frame: CurvesFrame, shape: readonly number[], former: CurveSet | null): CurveSet {
  const places = int32(frame.edges)
  const low = float32(frame.x_low)
  const high = float32(frame.x_high)
  const y = float32(frame.y)
  const importance = float32(frame.importance)
  const byEdge = new Map<EdgeKey, Curve>()
  for (let row = 0; row < low.length; row += 1) {
    const edge = {
      layer: places[3 * row] ?? 0,
      source: places[3 * row + 1] ?? 0,
      target: places[3 * row + 2] ?? 0,
    }
    byEdge.set(edgeKey(edge), {
      low: low[row] ?? 0,
      high: high[row] ?? 0,
      y: y.subarray(row * frame.points, (row + 1) * frame.points),
      importance: importance[row] ?? 0,
    })
  }
  const density =
    frame.density.byteLength > 0
      ? densities(frame.density, shape)
      : (former?.density ?? new Map<NodeKey, Float32Array>())
  return { revision: frame.revision, points: frame.points, byEdge, density }
}
