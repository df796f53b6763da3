/**
 * Where nodes, wires and small plots of a network are drawn.
 *
 * A pure function of the network's structure (which edges are active) and of the room there is: training changes
 * neither, so nothing moves while a network learns. Layers are columns; between two columns the plots of the active
 * edges stand in one or more columns of their own, ordered by target and source, as near to their wire's natural
 * course as they can without touching.
 */
import type { EdgeId, EdgeView, NetworkView, NodeView } from '../contract'
import { edgeKey, nodeKey, type EdgeKey, type NodeKey } from './edge_key'
import type { Box } from './curves'
import {
  bottomMargin,
  CLEARANCE,
  END_RADIUS,
  LARGEST_TEXT,
  LEAD,
  MARGIN,
  fitPlots,
  plotSize,
  type Room,
} from './plot_fit'
import { placeApart, spread } from './placement'

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

/**
 * From node to node through the plot. Among few plots the wire has its natural slope in the plot's middle, so that
 * the plot sits on one smooth curve; among many (`flat`) it enters and leaves level, clear of the plots next to it.
 * Always three cubics, so that a wire can glide from one course to another.
 */
function wireThrough(from: NodePlace, to: NodePlace, box: Box | null, flat: boolean): string {
  const start = { x: from.x + from.radius, y: from.y }
  const end = { x: to.x - to.radius, y: to.y }
  const x = box === null ? (start.x + end.x) / 2 : box.x + box.width / 2
  const y = box === null ? (start.y + end.y) / 2 : box.y + box.height / 2
  const level = box !== null && flat
  const steepest = box === null ? Infinity : (box.height / box.width) * 0.8
  const natural = (2 * (end.y - start.y)) / (end.x - start.x)
  const slope = level ? 0 : Math.min(steepest, Math.max(-steepest, natural))
  const half = level ? box.width / 2 : 0
  const [left, right] = [x - half, x + half]
  const [into, out] = [(left - start.x) / 2, (end.x - right) / 2]
  // The two halves of one cubic have shorter handles where they meet.
  const handle = level ? 1 : 0.5
  return [
    `M${point(start.x, start.y)}`,
    `C${point(start.x + into, start.y)} ${point(left - handle * into, y - slope * handle * into)} ${point(left, y)}`,
    `C${point(left, y)} ${point(right, y)} ${point(right, y)}`,
    `C${point(right + handle * out, y + slope * handle * out)} ${point(end.x - out, end.y)} ${point(end.x, end.y)}`,
  ].join('')
}

function point(x: number, y: number): string {
  return `${round(x)} ${round(y)}`
}

/** For each layer of sources: the node of the next layer that owns a subnode. */
function ownersOf(network: NetworkView): Map<string, NodeView> {
  const owners = new Map<string, NodeView>()
  for (const node of network.nodes) {
    const subnodes = node.subnodes ?? []
    for (const subnode of subnodes.length > 0 ? subnodes : [node.index])
      owners.set(`${node.layer},${subnode}`, node)
  }
  return owners
}

/** Boxes of one gap's active edges. */
function placeBoxes(
  edges: readonly { edge: EdgeView; wanted: number; order: number }[],
  gap: { left: number; right: number; top: number; bottom: number },
  plot: Room,
  columns: number,
): Map<EdgeView, Box> {
  const sorted = [...edges].sort((a, b) => a.order - b.order)
  const boxes = new Map<EdgeView, Box>()
  const pitch = (gap.right - gap.left) / columns
  for (let column = 0; column < columns; column += 1) {
    const mine = sorted.filter((_, index) => index % columns === column)
    const middles = placeApart(
      mine.map(({ wanted }) => wanted),
      plot.height + CLEARANCE,
      gap.top + plot.height / 2,
      gap.bottom - plot.height / 2,
    )
    const x = gap.left + pitch * (column + 0.5) - plot.width / 2
    mine.forEach(({ edge }, i) => {
      boxes.set(edge, {
        x: round(x),
        y: round((middles[i] ?? 0) - plot.height / 2),
        width: plot.width,
        height: plot.height,
      })
    })
  }
  return boxes
}

/** Lay out a network in the room there is; a network that needs more gets a larger world, to be scaled when shown. */
export function layoutNetwork(network: NetworkView, room: Room): Layout {
  const last = network.shape.length - 1
  const layers = network.shape.map((_, layer) => network.nodes.filter((node) => node.layer === layer))
  const active = network.shape
    .slice(1)
    .map(
      (_, layer) =>
        network.edges.filter(({ id, function: f }) => id.layer === layer && f.kind !== 'zero').length,
    )
  const names = { left: nameRoom(layers[0] ?? []), right: nameRoom(layers[last] ?? []) }
  const fit = fitPlots(active, room, names.left + names.right)
  const text = Math.min(LARGEST_TEXT, fit.world)
  const left = MARGIN.side + END_RADIUS + names.left * text
  const right = MARGIN.side + END_RADIUS + names.right * text
  const width = room.width * fit.world
  const height = room.height * fit.world
  const plot = plotSize(fit.height)
  // The bar below does not shrink with the world.
  const area = { top: MARGIN.top, bottom: height - bottomMargin(room) * fit.world }

  const needs = fit.columns.map((c) => c * (plot.width + CLEARANCE) + 2 * LEAD)
  const total = needs.reduce((sum, need) => sum + need, 0)
  const spare = (width - left - right - total) / Math.max(1, needs.length)
  const xs = [left]
  needs.forEach((need) => xs.push((xs.at(-1) ?? left) + need + spare))

  const places = new Map<NodeView, NodePlace>()
  layers.forEach((nodes, layer) => {
    placeColumn(nodes, area.top, area.bottom).forEach((y, node) => {
      const end = layer === 0 ? 'input' : layer === last ? 'output' : null
      const radius = end !== null ? END_RADIUS : node.active ? NODE_RADIUS : GHOST_RADIUS
      places.set(node, { key: nodeKey(node), node, x: round(xs[layer] ?? 0), y: round(y), radius, end })
    })
  })

  const owners = ownersOf(network)
  const ends = (edge: EdgeView): [NodePlace, NodePlace] | null => {
    const from = layers[edge.id.layer]?.find((node) => node.index === edge.id.source)
    const to = owners.get(`${edge.id.layer + 1},${edge.id.target}`)
    const start = from && places.get(from)
    const stop = to && places.get(to)
    return start && stop ? [start, stop] : null
  }

  const boxes = new Map<EdgeView, Box>()
  active.forEach((_, layer) => {
    const wanted = network.edges.flatMap((edge) => {
      const pair = edge.id.layer === layer && edge.function.kind !== 'zero' ? ends(edge) : null
      if (pair === null) return []
      const [from, to] = pair
      return [{ edge, wanted: (from.y + to.y) / 2, order: to.y * 1e6 + edge.id.target * 1e3 + from.y }]
    })
    const gap = { left: (xs[layer] ?? 0) + LEAD, right: (xs[layer + 1] ?? 0) - LEAD, ...area }
    placeBoxes(wanted, gap, plot, fit.columns[layer] ?? 1).forEach((box, edge) => boxes.set(edge, box))
  })

  const edges = network.edges.flatMap((edge): EdgePlace[] => {
    const pair = ends(edge)
    if (pair === null) return []
    const box = boxes.get(edge) ?? null
    const [from, to] = pair
    return [
      {
        key: edgeKey(edge.id),
        id: edge.id,
        edge,
        active: box !== null,
        source: from.key,
        target: to.key,
        box,
        wire: wireThrough(from, to, box, (active[edge.id.layer] ?? 0) > FEW),
      },
    ]
  })
  const gaps = active.map((_, layer) => {
    const bottoms = edges.flatMap(({ id, box }) =>
      id.layer === layer && box !== null ? [box.y + box.height] : [],
    )
    return { layer, x: round(((xs[layer] ?? 0) + (xs[layer + 1] ?? 0)) / 2), bottom: Math.max(0, ...bottoms) }
  })
  return { width, height, plot, text, nodes: [...places.values()], edges, gaps }
}
