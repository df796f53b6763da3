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
import { placeApart, spread } from './placement'

export interface Room {
  width: number
  height: number
}

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
  nodes: readonly NodePlace[]
  edges: readonly EdgePlace[]
  gaps: readonly GapPlace[]
}

const ASPECT = 1.5
const LARGEST_PLOT = 76
const SMALLEST_PLOT = 34
/** Free room around a plot and between a node and the first column of plots. */
const CLEARANCE = 10
const LEAD = 46
const END_RADIUS = 17
const NODE_RADIUS = 10
const GHOST_RADIUS = 6
const MARGIN = { top: 52, bottom: 84, side: 40 }

interface Fit {
  world: number
  height: number
  columns: number[]
}

/** Columns of plots a gap needs when `available` is the height for one column. */
function columnsFor(edges: number, height: number, available: number): number {
  const rows = Math.max(1, Math.floor((available + CLEARANCE) / (height + CLEARANCE)))
  return Math.max(1, Math.ceil(edges / rows))
}

/**
 * The plot size and the world's scale that show plots largest on the screen. Several columns in a gap make wires run
 * behind plots, which is harder to read, so each further column must earn its place.
 */
function fitPlots(active: readonly number[], room: Room, ends: number): Fit {
  let best: Fit = { world: 1, height: SMALLEST_PLOT, columns: active.map(() => 1) }
  let bestScore = -Infinity
  for (let world = 1; world <= 8; world *= 1.06) {
    const available = room.height * world - MARGIN.top - MARGIN.bottom
    const across = room.width * world - ends
    for (let height = LARGEST_PLOT; height >= SMALLEST_PLOT; height -= 2) {
      const columns = active.map((count) => columnsFor(count, height, available))
      const needed = columns.reduce((sum, c) => sum + c * (height * ASPECT + CLEARANCE) + 2 * LEAD, 0)
      if (needed > across) continue
      const score = height / world / (1 + 0.6 * (Math.max(...columns) - 1))
      if (score > bestScore + 1e-9) [best, bestScore] = [{ world, height, columns }, score]
      break
    }
  }
  return best
}

/** Width of the names beside the end nodes. */
function nameRoom(nodes: readonly NodeView[]): number {
  const longest = Math.max(0, ...nodes.map(({ name }) => name.length))
  return longest <= 2 ? 0 : Math.min(132, 14 + longest * 7)
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

/** Cubic with horizontal ends: wires leave and enter everything level. */
function level(x0: number, y0: number, x1: number, y1: number): string {
  const bend = (x1 - x0) * 0.5
  return `C${round(x0 + bend)} ${round(y0)} ${round(x1 - bend)} ${round(y1)} ${round(x1)} ${round(y1)}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function wireThrough(from: NodePlace, to: NodePlace, box: Box | null): string {
  const start = `M${round(from.x + from.radius)} ${round(from.y)}`
  const end = to.x - to.radius
  if (box === null) return start + level(from.x + from.radius, from.y, end, to.y)
  const middle = box.y + box.height / 2
  const into = level(from.x + from.radius, from.y, box.x, middle)
  return `${start}${into}H${round(box.x + box.width)}${level(box.x + box.width, middle, end, to.y)}`
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
  const left = MARGIN.side + END_RADIUS + nameRoom(layers[0] ?? [])
  const right = MARGIN.side + END_RADIUS + nameRoom(layers[last] ?? [])
  const fit = fitPlots(active, room, left + right)
  const width = room.width * fit.world
  const height = room.height * fit.world
  const plot = { width: Math.round(fit.height * ASPECT), height: fit.height }
  const area = { top: MARGIN.top, bottom: height - MARGIN.bottom }

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
        wire: wireThrough(from, to, box),
      },
    ]
  })
  const gaps = active.map((_, layer) => ({
    layer,
    x: round(((xs[layer] ?? 0) + (xs[layer + 1] ?? 0)) / 2),
    bottom: Math.max(area.bottom, ...[...boxes.values()].map((box) => box.y + box.height)),
  }))
  return { width, height, plot, nodes: [...places.values()], edges, gaps }
}
