import type { EdgeId, NodeId } from '../contract'

/** `layer,source,target`: an edge as a map key and as it stands in the address. */
export type EdgeKey = `${number},${number},${number}`

export function edgeKey(edge: EdgeId): EdgeKey {
  return `${edge.layer},${edge.source},${edge.target}`
}

/** The edge a key names; null when the text is no key. */
export function parseEdgeKey(text: string): EdgeId | null {
  const match = /^(\d+),(\d+),(\d+)$/.exec(text)
  if (match === null) return null
  return { layer: Number(match[1]), source: Number(match[2]), target: Number(match[3]) }
}

export function sameEdge(one: EdgeId | null, other: EdgeId | null): boolean {
  if (one === null || other === null) return one === other
  return one.layer === other.layer && one.source === other.source && one.target === other.target
}

/** `layer,index`: a node as a map key. */
export type NodeKey = `${number},${number}`

export function nodeKey(node: NodeId): NodeKey {
  return `${node.layer},${node.index}`
}
