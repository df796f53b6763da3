/**
 * Where nodes, wires and small plots of a network are drawn.
 *
 * A pure function of the network's structure (which edges are active), of what of it is drawn and of the room there is:
 * training changes none of these, so nothing moves while a network learns. Layers are columns; between two columns the
 * plots of the active edges stand in one or more columns of their own, each on its own wire and clear of all others.
 */
import type { EdgeId, EdgeView, NetworkView, NodeView } from '../contract'
import { edgeKey, nodeKey, type EdgeKey, type NodeKey } from './edge_key'
import type { Box } from './curves'
import { drawnEdges, drawnNodes, WHOLE, type Drawn, type Shown } from './drawn'
import { placeLanes, type Lane, type LaneEdge } from './lanes'
import {
  bottomMargin,
  END_RADIUS,
  fitPlots,
  gapWidth,
  laneHeights,
  LARGEST_TEXT,
  LEAD,
  MARGIN,
  plotSize,
  type NetworkRoom,
  type Room,
} from './plot_fit'
import { spread } from './placement'
import { smoothWire, wireThrough } from './wires'

export interface NodePlace {
  key: NodeKey
  node: NodeView
  x: number
  y: number
  radius: number
  /** An input or output: it carries a name. */
  end: 'input' | 'output' | null
}

export interface EdgePlace {
  key: EdgeKey
  id: EdgeId
  edge: EdgeView
  active: boolean
  /** Key of the node that owns the target subnode. */
  target: NodeKey
  source: NodeKey
  /** The small plot; a pruned edge has none. */
  box: Box | null
  /** SVG path of the whole wire; it runs behind the plot. */
  wire: string
}

/** Nodes of a layer that are not drawn because no edge that is drawn needs them. */
export interface RestPlace {
  layer: number
  x: number
  y: number
  count: number
}

/** The room between two layers. */
export interface GapPlace {
  layer: number
  x: number
  bottom: number
}

export interface Layout {
  width: number
  height: number
  plot: Room
  /** How much larger than usual names are written. */
  text: number
  nodes: readonly NodePlace[]
  edges: readonly EdgePlace[]
  gaps: readonly GapPlace[]
  rests: readonly RestPlace[]
}

/** Up to so many plots in a gap, wires run through them in one smooth curve. */
const FEW = 4
const NODE_RADIUS = 10
const GHOST_RADIUS = 6

/** Names beside the end nodes are at most so wide, and so many ems of their size. */
const NAME_WIDTH = 132
export const NAME_EMS = (NAME_WIDTH - 14) / 13

/** Width of the names beside the end nodes. */
function nameRoom(nodes: readonly NodeView[]): number {
  const longest = Math.max(0, ...nodes.map(({ name }) => name.length))
  return longest <= 2 ? 0 : Math.min(NAME_WIDTH, 14 + longest * 7)
}

/** Active nodes in the middle in their order, pruned ones outside above and below. */
function placeColumn(nodes: readonly NodeView[], top: number, bottom: number): Map<NodeView, number> {
  const active = nodes.filter((node) => node.active)
  const ghosts = nodes.filter((node) => !node.active)
  const height = bottom - top
  const places = new Map<NodeView, number>()
  if (ghosts.length === 0 || active.length === 0) {
    spread(nodes.length, top, bottom, height * 0.46).forEach((y, i) => setAt(places, nodes[i], y))
    return places
  }
  const share = Math.min(0.8, Math.max(0.34, active.length / nodes.length))
  const inner = { top: top + (height * (1 - share)) / 2, bottom: bottom - (height * (1 - share)) / 2 }
  const above = ghosts.slice(0, Math.ceil(ghosts.length / 2))
  const below = ghosts.slice(above.length)
  spread(above.length, top, inner.top, 86).forEach((y, i) => setAt(places, above[i], y))
  spread(active.length, inner.top, inner.bottom, height * 0.4).forEach((y, i) => setAt(places, active[i], y))
  spread(below.length, inner.bottom, bottom, 86).forEach((y, i) => setAt(places, below[i], y))
  return places
}

function setAt(places: Map<NodeView, number>, node: NodeView | undefined, y: number): void {
  if (node !== undefined) places.set(node, y)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** Hidden nodes as near as possible to what leads to them (Sugiyama's barycentres), so that fewer wires cross. */
function byBarycentre(
  nodes: readonly NodeView[],
  edges: readonly Drawn[],
  places: ReadonlyMap<NodeView, NodePlace>,
): NodeView[] {
  const middle = (node: NodeView): number => {
    const ys = edges.flatMap(({ source, target }) => (target === node ? [places.get(source)?.y ?? 0] : []))
    return ys.reduce((sum, y) => sum + y, 0) / Math.max(1, ys.length)
  }
  const middles = new Map(nodes.map((node) => [node, middle(node)]))
  return [...nodes].sort((a, b) => (middles.get(a) ?? 0) - (middles.get(b) ?? 0) || a.index - b.index)
}

/** The edges of a gap as lanes want them, from top to bottom by target, factor and source. */
function laneEdges(group: readonly Drawn[], places: ReadonlyMap<NodeView, NodePlace>): LaneEdge<EdgeEnds>[] {
  return group.flatMap(({ edge, active, source, target }) => {
    const [from, to] = [places.get(source), places.get(target)]
    if (from === undefined || to === undefined) return []
    const order = to.y * 1e6 + edge.id.target * 1e3 + from.y
    return [{ edge: { edge, from, to }, active, from, to, order }]
  })
}

interface EdgeEnds {
  edge: EdgeView
  from: NodePlace
  to: NodePlace
}

function edgePlace(
  { edge: { edge, from, to }, active, box, levels }: Lane<EdgeEnds>,
  few: boolean,
): EdgePlace {
  return {
    key: edgeKey(edge.id),
    id: edge.id,
    edge,
    active,
    source: from.key,
    target: to.key,
    box,
    wire: courseOf(from, to, { box, levels }, few),
  }
}

/** A wire's course: one smooth curve where few plots stand in one column, else level in its lanes. */
function courseOf(
  from: NodePlace,
  to: NodePlace,
  lane: Pick<Lane<EdgeEnds>, 'box' | 'levels'>,
  few: boolean,
): string {
  const start = { x: from.x + from.radius, y: from.y }
  const end = { x: to.x - to.radius, y: to.y }
  const [level] = lane.levels
  if (few && lane.box !== null && level !== undefined && lane.levels.length === 1)
    return smoothWire(start, end, level, lane.box.height)
  return wireThrough(start, end, lane.levels)
}

/** Lay out a network in the room there is; a network that needs more gets a larger world, to be scaled when shown. */
export function layoutNetwork(network: NetworkView, room: NetworkRoom, shown: Shown = WHOLE): Layout {
  const last = network.shape.length - 1
  const drawn = drawnEdges(network, shown)
  const layers = drawnNodes(network, shown, drawn)
  const between = network.shape
    .slice(1)
    .map((_, layer) => drawn.filter(({ edge }) => edge.id.layer === layer))
  const counts = between.map((edges) => {
    const active = edges.filter((each) => each.active).length
    return { active, pruned: edges.length - active }
  })
  const names = { left: nameRoom(layers[0] ?? []), right: nameRoom(layers[last] ?? []) }
  const fit = fitPlots(counts, room, names.left + names.right)
  const text = Math.min(LARGEST_TEXT, fit.world)
  const left = MARGIN.side + END_RADIUS + names.left * text
  const right = MARGIN.side + END_RADIUS + names.right * text
  const width = room.width * fit.world
  const height = room.height * fit.world
  const plot = plotSize(fit.height)
  // The bar below does not shrink with the world.
  const area = { top: MARGIN.top, bottom: height - bottomMargin(room) * fit.world }

  const needs = fit.columns.map((columns) => gapWidth(columns, plot.width))
  const total = needs.reduce((sum, need) => sum + need, 0)
  const spare = (width - left - right - total) / Math.max(1, needs.length)
  const xs = [left]
  needs.forEach((need) => xs.push((xs.at(-1) ?? left) + need + spare))

  const part = !shown.pruned || shown.only !== null
  const places = new Map<NodeView, NodePlace>()
  layers.forEach((nodes, layer) => {
    const ordered = part && layer > 0 && layer < last ? byBarycentre(nodes, drawn, places) : nodes
    placeColumn(ordered, area.top, area.bottom).forEach((y, node) => {
      const end = layer === 0 ? 'input' : layer === last ? 'output' : null
      const radius = end !== null ? END_RADIUS : node.active ? NODE_RADIUS : GHOST_RADIUS
      places.set(node, { key: nodeKey(node), node, x: round(xs[layer] ?? 0), y: round(y), radius, end })
    })
  })

  const edges = between.flatMap((group, layer) => {
    const gap = {
      left: (xs[layer] ?? 0) + LEAD,
      right: (xs[layer + 1] ?? 0) - LEAD,
      ...area,
      columns: fit.columns[layer] ?? 1,
    }
    const lanes = placeLanes(
      laneEdges(group, places),
      gap,
      plot,
      laneHeights(plot.height, counts[layer]?.pruned ?? 0),
    )
    const few = (counts[layer]?.active ?? 0) <= FEW
    return lanes.map((lane) => edgePlace(lane, few))
  })

  const gaps = counts.map((_, layer) => {
    const bottoms = edges.flatMap(({ id, box }) =>
      id.layer === layer && box !== null ? [box.y + box.height] : [],
    )
    return { layer, x: round(((xs[layer] ?? 0) + (xs[layer + 1] ?? 0)) / 2), bottom: Math.max(0, ...bottoms) }
  })
  const rests = layers.flatMap((nodes, layer) => {
    const count = (network.nodes.filter((node) => node.layer === layer).length || 0) - nodes.length
    const lowest = Math.max(...nodes.map((node) => places.get(node)?.y ?? 0), area.top)
    const unused = layer === 0 || shown.only !== null
    return count > 0 && unused
      ? [{ layer, count, x: round(xs[layer] ?? 0), y: round(lowest + 24 + 14 * text) }]
      : []
  })
  return { width, height, plot, text, nodes: [...places.values()], edges, gaps, rests }
}
