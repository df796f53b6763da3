/** Walking the network with the arrow keys: between plots as they are seen, and from node to edge to node. */
import type { EdgeId, NodeId } from '../contract'
import { edgeKey, nodeKey } from './edge_key'
import type { EdgePlace, Layout, NodePlace } from './layout'

/** What can be walked to and selected. */
export type Spot = { kind: 'edge'; edge: EdgeId } | { kind: 'node'; node: NodeId }

export type Direction = 'left' | 'right' | 'up' | 'down'

function edgeSpot(place: EdgePlace | undefined): Spot | null {
  return place === undefined ? null : { kind: 'edge', edge: place.id }
}

function nodeSpot(place: NodePlace | undefined): Spot | null {
  return place === undefined
    ? null
    : { kind: 'node', node: { layer: place.node.layer, index: place.node.index } }
}

function middleOf({ box }: EdgePlace): number {
  return box === null ? 0 : box.y + box.height / 2
}

/** Active edges of a layer from top to bottom. */
function column(layout: Layout, layer: number): EdgePlace[] {
  return layout.edges
    .filter((place) => place.active && place.id.layer === layer)
    .sort((a, b) => middleOf(a) - middleOf(b) || (a.box?.x ?? 0) - (b.box?.x ?? 0))
}

function nearest(edges: readonly EdgePlace[], y: number): EdgePlace | undefined {
  return [...edges].sort((a, b) => Math.abs(middleOf(a) - y) - Math.abs(middleOf(b) - y))[0]
}

/** Where a walk begins: the first active edge, else the first node. */
export function firstSpot(layout: Layout): Spot | null {
  return edgeSpot(column(layout, 0)[0]) ?? nodeSpot(layout.nodes[0])
}

function walkFromEdge(layout: Layout, place: EdgePlace, direction: Direction): Spot | null {
  if (direction === 'left') return nodeSpot(layout.nodes.find(({ key }) => key === place.source))
  if (direction === 'right') return nodeSpot(layout.nodes.find(({ key }) => key === place.target))
  const edges = column(layout, place.id.layer)
  const at = edges.findIndex(({ key }) => key === place.key)
  return edgeSpot(edges[at + (direction === 'up' ? -1 : 1)])
}

function walkFromNode(layout: Layout, place: NodePlace, direction: Direction): Spot | null {
  if (direction === 'left') {
    return edgeSpot(
      nearest(
        layout.edges.filter((edge) => edge.active && edge.target === place.key),
        place.y,
      ),
    )
  }
  if (direction === 'right') {
    return edgeSpot(
      nearest(
        layout.edges.filter((edge) => edge.active && edge.source === place.key),
        place.y,
      ),
    )
  }
  const nodes = layout.nodes
    .filter(({ node }) => node.layer === place.node.layer && (node.active || place.end !== null))
    .sort((a, b) => a.y - b.y)
  const at = nodes.findIndex(({ key }) => key === place.key)
  return nodeSpot(nodes[at + (direction === 'up' ? -1 : 1)])
}

/** The next spot in a direction; null at the border. */
export function walk(layout: Layout, spot: Spot, direction: Direction): Spot | null {
  if (spot.kind === 'edge') {
    const place = layout.edges.find(({ key }) => key === edgeKey(spot.edge))
    return place === undefined ? firstSpot(layout) : walkFromEdge(layout, place, direction)
  }
  const place = layout.nodes.find(({ key }) => key === nodeKey(spot.node))
  return place === undefined ? firstSpot(layout) : walkFromNode(layout, place, direction)
}
