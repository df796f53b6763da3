/** The network as a table: one row an edge, sortable. */
import type { EdgeId, NetworkView } from '../contract'
import { extent } from './curves'
import type { CurveSet } from './curve_set'
import { edgeKey, type EdgeKey } from './edge_key'
import { edgeLabel, functionLabel } from './names'

export interface EdgeRow {
  key: EdgeKey
  id: EdgeId
  layer: number
  edge: string
  function: string
  kind: 'spline' | 'symbolic' | 'zero'
  importance: number
  /** Span of the values: highest minus lowest. */
  span: number | null
  locked: boolean
}

export type SortBy = 'layer' | 'edge' | 'function' | 'importance' | 'span'

export interface Order {
  by: SortBy
  descending: boolean
}

export function edgeRows(network: NetworkView, curves: CurveSet | null): EdgeRow[] {
  return network.edges.map(({ id, function: what, importance, locked }) => {
    const key = edgeKey(id)
    const curve = curves?.byEdge.get(key)
    const range = curve === undefined || what.kind === 'zero' ? null : extent(curve.y)
    return {
      key,
      id,
      layer: id.layer,
      edge: edgeLabel(network, id),
      function: functionLabel(what),
      kind: what.kind,
      importance,
      span: range === null ? null : range.high - range.low,
      locked: locked === true,
    }
  })
}

function compare(one: EdgeRow, other: EdgeRow, by: SortBy): number {
  const a = one[by]
  const b = other[by]
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b, 'en', { numeric: true })
  return Number(a ?? -1) - Number(b ?? -1)
}

/** A sorted copy; equal rows keep their order. */
export function sortRows(rows: readonly EdgeRow[], { by, descending }: Order): EdgeRow[] {
  const sign = descending ? -1 : 1
  return [...rows].sort((one, other) => sign * compare(one, other, by))
}
