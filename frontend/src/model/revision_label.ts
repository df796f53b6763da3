/** A revision's label with names instead of indices: `(0,1,0) is x^2` reads `y → h₀ is x²`. */
import type { NetworkView } from '../contract'
import { parseEdgeKey } from './edge_key'
import { edgeLabel, primitiveLabel } from './names'

export function revisionLabel(label: string, network: NetworkView | null): string {
  const named = label.replace(/ is (\S+)$/, (_, primitive: string) => ` is ${primitiveLabel(primitive)}`)
  if (network === null) return named
  return named.replace(/\((\d+,\d+,\d+)\)/, (whole, key: string) => {
    const edge = parseEdgeKey(key)
    return edge === null ? whole : edgeLabel(network, edge)
  })
}
