/** A layer's axis stands still while curves move, and is a revision's own once they rest. */
import { describe, expect, it } from 'vitest'
import { edgeKey, type EdgeKey } from '../../model/edge_key'
import type { Curve, CurveSet } from '../../model/curve_set'
import { SharedAxes } from './axes.svelte'

const id = { layer: 0, source: 0, target: 0 }
const key = edgeKey(id)
const edges = [{ key, id, active: true }]

function curves(size: number, revision: string | null): CurveSet {
  const curve = { low: -1, high: 1, y: Float32Array.of(-size, size), importance: 1 }
  return { revision, points: 2, byEdge: new Map<EdgeKey, Curve>([[key, curve]]), density: new Map() }
}

describe('the shared axes', () => {
  it('stand still while curves move a little', () => {
    const axes = new SharedAxes()
    axes.update(curves(0.9, null), edges, 1)
    const before = axes.halves
    axes.update(curves(0.6, null), edges, 1)
    expect(axes.halves).toEqual(before)
  })

  it('are the same for a revision whatever was shown before it', () => {
    const fresh = new SharedAxes()
    fresh.update(curves(0.6, 'r_1'), edges, 1)
    const used = new SharedAxes()
    used.update(curves(0.9, 'r_2'), edges, 1)
    expect(used.halves).not.toEqual(fresh.halves)
    used.update(curves(0.6, 'r_1'), edges, 1)
    expect(used.halves).toEqual(fresh.halves)
  })
})
