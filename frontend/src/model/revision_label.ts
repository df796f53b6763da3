/** A revision's label with names instead of indices: `(0,1,0) is sin` reads `y → h₀ is sin`. */
import type { NetworkView } from '../contract'
import { parseEdgeKey } from './edge_key'
import { edgeLabel } from './names'

export function revisionLabel(label: string, network: NetworkView | null): string {
  if (network === null) return label
  return label.replace(/\((\d+,\d+,\d+)\)/, (whole, key: string) => {
    const edge = parseEdgeKey(key)
    return edge === null ? whole : edgeLabel(network, edge)
  })
}
