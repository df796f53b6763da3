/**
 * The axis that the small plots of a layer share, kept from frame to frame so that it stands still while curves move. The
 * curves of a revision have the axis that is theirs, whatever was shown before.
 * Used by the graph, the canvas and the matrix.
 */
import { extent, sharedHalfRange, windowFor, type Window } from '../../model/curves'
import type { Curve, CurveSet } from '../../model/curve_set'
import type { EdgeKey } from '../../model/edge_key'

interface Placed {
  key: EdgeKey
  id: { layer: number }
  active: boolean
}

export class SharedAxes {
  /** Half the height of a layer's axis; reactive, for the captions. */
  halves = $state.raw<readonly number[]>([])
  // Read by the painters in the frame that filled it; nothing reacts to it.
  #extents = new Map<EdgeKey, Window | null>()

  /** Take in a frame: returns nothing, the windows are asked for one by one. */
  update(curves: CurveSet, edges: readonly Placed[], layers: number): void {
    const byLayer: (Window | null)[][] = Array.from({ length: layers }, () => [])
    this.#extents.clear()
    for (const { key, id, active } of edges) {
      const curve = active ? curves.byEdge.get(key) : undefined
      if (curve === undefined) continue
      const found = extent(curve.y)
      this.#extents.set(key, found)
      byLayer[id.layer]?.push(found)
    }
    const moving = curves.revision === null
    const next = byLayer.map((extents, layer) =>
      sharedHalfRange(extents, moving ? this.halves[layer] : undefined),
    )
    if (next.some((half, layer) => half !== this.halves[layer]) || next.length !== this.halves.length) {
      this.halves = next
    }
  }

  window(key: EdgeKey, layer: number): Window {
    return windowFor(this.#extents.get(key) ?? null, this.halves[layer] ?? 1)
  }

  /** What a curve's values span, for its tooltip. */
  span(key: EdgeKey, curve: Curve | undefined): Window | null {
    return this.#extents.get(key) ?? (curve === undefined ? null : extent(curve.y))
  }
}
