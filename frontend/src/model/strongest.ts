/**
 * The strongest paths of a large network, from an input to an output.
 *
 * An edge's weight is its share of all that its node receives, a path's weight the product along it: so the paths to an
 * output add up to 1, and what some of them carry of the whole is a share. Paths come best first.
 */
import type { Action, EdgeView, NetworkView, RevisionView } from '../contract'
import { ownersOf } from './drawn'
import { edgeKey, nodeKey, type EdgeKey } from './edge_key'

/** Above so many active edges a graph opens on its strongest paths. */
export const MANY_EDGES = 60
/** Paths are taken until they carry this share of the whole, or need more edges than can be told apart at a glance. */
const ENOUGH = 0.8
const MOST_EDGES = 24
/** Nobody looks at more paths than these one by one. */
const MOST_PATHS = 400

/** Some paths of a network. */
export interface Paths {
  /** Edges along them. */
  edges: ReadonlySet<EdgeKey>
  count: number
  /** What they carry of the whole, 0 … 1. */
  share: number
}

/** Paths, best first: their weights, and the edges along each. */
export interface Ranking {
  paths: readonly { weight: number; edges: readonly EdgeKey[] }[]
  /** Weight of all paths together. */
  whole: number
}

interface Step {
  key: EdgeKey
  to: string
  weight: number
}

/** From each node the steps onward, with their weights. */
function stepsOf(network: NetworkView): Map<string, Step[]> {
  const owners = ownersOf(network)
  const active = network.edges.filter((edge) => edge.function.kind !== 'zero')
  const ownerOf = ({ id }: EdgeView): string => {
    const owner = owners.get(`${id.layer + 1},${id.target}`)
    return owner === undefined ? `${id.layer + 1},${id.target}` : nodeKey(owner)
  }
  const received = new Map<string, number>()
  for (const edge of active) {
    const to = ownerOf(edge)
    received.set(to, (received.get(to) ?? 0) + Math.max(0, edge.importance))
  }
  const steps = new Map<string, Step[]>()
  for (const edge of active) {
    const to = ownerOf(edge)
    const total = received.get(to) ?? 0
    const from = `${edge.id.layer},${edge.id.source}`
    const weight = total > 0 ? Math.max(0, edge.importance) / total : 0
    if (weight > 0) steps.set(from, [...(steps.get(from) ?? []), { key: edgeKey(edge.id), to, weight }])
  }
  return steps
}

/** What an aggregate of the ways from a node to the outputs comes to, worked out from the last layer backwards. */
function backwards(
  network: NetworkView,
  steps: ReadonlyMap<string, Step[]>,
  join: (values: readonly number[]) => number,
): Map<string, number> {
  const last = network.shape.length - 1
  const values = new Map<string, number>()
  for (let layer = last; layer >= 0; layer -= 1) {
    for (const node of network.nodes.filter((each) => each.layer === layer)) {
      const key = nodeKey(node)
      const onward = (steps.get(key) ?? []).map(({ to, weight }) => weight * (values.get(to) ?? 0))
      values.set(key, layer === last ? 1 : join(onward))
    }
  }
  return values
}

interface Partial {
  at: string
  weight: number
  /** The weight of the best way to an output that goes on from here: never less than what comes of it. */
  bound: number
  edges: readonly EdgeKey[]
}

/** The strongest paths of all, best first: best-first search with the exact best rest of the way as bound. */
export function rankPaths(network: NetworkView): Ranking {
  const steps = stepsOf(network)
  const best = backwards(network, steps, (values) => Math.max(0, ...values))
  const sums = backwards(network, steps, (values) => values.reduce((sum, value) => sum + value, 0))
  const inputs = network.nodes.filter((node) => node.layer === 0).map(nodeKey)
  const whole = inputs.reduce((sum, key) => sum + (sums.get(key) ?? 0), 0)
  const outputs = new Set<string>(
    network.nodes.filter((node) => node.layer === network.shape.length - 1).map((node) => nodeKey(node)),
  )
  let open: Partial[] = inputs
    .map((at) => ({ at, weight: 1, bound: best.get(at) ?? 0, edges: [] }))
    .filter(({ bound }) => bound > 0)
  const paths: { weight: number; edges: readonly EdgeKey[] }[] = []
  while (open.length > 0 && paths.length < MOST_PATHS) {
    open.sort((a, b) => a.bound - b.bound)
    const next = open.pop()
    if (next === undefined) break
    if (outputs.has(next.at)) {
      paths.push({ weight: next.weight, edges: next.edges })
      continue
    }
    for (const { key, to, weight } of steps.get(next.at) ?? []) {
      const along = next.weight * weight
      open.push({ at: to, weight: along, bound: along * (best.get(to) ?? 0), edges: [...next.edges, key] })
    }
    // Only as many as are still asked for can ever be taken.
    if (open.length > 20 * MOST_PATHS) open = open.sort((a, b) => a.bound - b.bound).slice(-MOST_PATHS)
  }
  return { paths, whole }
}

/** The first paths of a ranking. */
export function firstPaths({ paths, whole }: Ranking, count: number): Paths {
  const taken = paths.slice(0, Math.max(1, count))
  const weight = taken.reduce((sum, path) => sum + path.weight, 0)
  return {
    edges: new Set(taken.flatMap(({ edges }) => edges)),
    count: taken.length,
    share: whole > 0 ? Math.min(1, weight / whole) : 0,
  }
}

/** How many paths a graph opens with. */
export function enoughPaths({ paths, whole }: Ranking): number {
  const edges = new Set<EdgeKey>()
  let weight = 0
  for (const [index, path] of paths.entries()) {
    const more = path.edges.filter((key) => !edges.has(key)).length
    if (index > 0 && (weight >= ENOUGH * whole || edges.size + more > MOST_EDGES)) return index
    path.edges.forEach((key) => edges.add(key))
    weight += path.weight
  }
  return paths.length
}

/** Actions that change single edges by hand: what is looked at stays where it is. All others make a network to be looked at anew. */
const BY_HAND: readonly Action['kind'][] = [
  'set_symbolic',
  'set_spline',
  'lock',
  'prune',
  'set_constants',
  'define_primitive',
]

/** Whether the paths that were chosen for a revision stay when another one takes its place. */
export function keepsPaths(before: RevisionView | null, after: RevisionView): boolean {
  if (before === null || !BY_HAND.includes(after.action.kind)) return false
  return before.network.shape.join() === after.network.shape.join()
}

/** `15 strongest paths carry 84 %: 19 of 400 edges; the other 381 are`, in its parts. */
export function pathsText(
  { count, share, edges }: Paths,
  active: number,
): { paths: string; edges: string; rest: string } {
  const percent = share >= 0.995 && edges.size < active ? '> 99' : (100 * share).toFixed(0)
  const rest = active - edges.size
  return {
    paths:
      count === 1
        ? `Strongest path carries ${percent}\u00a0%`
        : `${count} strongest paths carry ${percent}\u00a0%`,
    edges: `${edges.size} of ${active} edges`,
    rest: rest === 1 ? 'the other one is' : rest === 0 ? 'all of them are' : `the other ${rest} are`,
  }
}
