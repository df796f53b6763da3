/** What of a network is drawn: all of it, only what is not pruned, or only its strongest paths. */
import type { EdgeView, NetworkView, NodeView } from '../contract'
import { edgeKey, nodeKey, type EdgeKey } from './edge_key'

/** What of a network is drawn. */
export interface Shown {
  /** Pruned edges, and the nodes that have no other. */
  pruned: boolean
  /** Of the active edges only these; null for all of them. */
  only: ReadonlySet<EdgeKey> | null
}

export const WHOLE: Shown = { pruned: true, only: null }

/** An edge that is drawn, with its ends. */
export interface Drawn {
  edge: EdgeView
  active: boolean
  source: NodeView
  target: NodeView
}

/** For each layer of sources: the node of the next layer that owns a subnode. */
export function ownersOf(network: NetworkView): Map<string, NodeView> {
  const owners = new Map<string, NodeView>()
  for (const node of network.nodes) {
    const subnodes = node.subnodes ?? []
    for (const subnode of subnodes.length > 0 ? subnodes : [node.index])
      owners.set(`${node.layer},${subnode}`, node)
  }
  return owners
}

/** The edges that are drawn, with their ends. */
export function drawnEdges(network: NetworkView, { pruned, only }: Shown): Drawn[] {
  const owners = ownersOf(network)
  const sources = new Map(network.nodes.map((node) => [nodeKey(node), node]))
  return network.edges.flatMap((edge) => {
    const { layer, source, target } = edge.id
    const active = edge.function.kind !== 'zero'
    const shown = active ? only === null || only.has(edgeKey(edge.id)) : pruned && only === null
    const from = sources.get(`${layer},${source}`)
    const to = owners.get(`${layer + 1},${target}`)
    return shown && from !== undefined && to !== undefined ? [{ edge, active, source: from, target: to }] : []
  })
}

/** The nodes of each layer that are drawn: all of them, or those that an edge needs, outputs in any case. */
export function drawnNodes(network: NetworkView, shown: Shown, edges: readonly Drawn[]): NodeView[][] {
  const last = network.shape.length - 1
  const needed = new Set(edges.flatMap(({ source, target }) => [source, target]))
  const whole = shown.pruned && shown.only === null
  return network.shape.map((_, layer) =>
    network.nodes.filter((node) => node.layer === layer && (whole || layer === last || needed.has(node))),
  )
}
