/** No plot stands on another edge's wire, whatever the network's shape, however much of it is pruned or left out. */
import { describe, expect, it } from 'vitest'
import type { EdgeId } from '../contract'
import type { Box } from './curves'
import { edgeKey, type EdgeKey } from './edge_key'
import { layoutNetwork, type EdgePlace, type Layout } from './layout'
import { makeNetwork } from './network.fake'

interface Point {
  x: number
  y: number
}

/** Points along a path of cubics, read from the very text that is drawn. */
function along(path: string, each = 24): Point[] {
  const numbers = (path.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number)
  const points: Point[] = []
  let from = { x: numbers[0] ?? 0, y: numbers[1] ?? 0 }
  for (let at = 2; at + 5 < numbers.length; at += 6) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = numbers.slice(at, at + 6)
    for (let i = 0; i <= each; i += 1) {
      const t = i / each
      const u = 1 - t
      const mix = (a: number, b: number, c: number, d: number): number =>
        u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d
      points.push({ x: mix(from.x, x1, x2, x3), y: mix(from.y, y1, y2, y3) })
    }
    from = { x: x3, y: y3 }
  }
  return points
}

function inside({ x, y, width, height }: Box, point: Point): boolean {
  return point.x > x && point.x < x + width && point.y > y && point.y < y + height
}

/** `wire` runs under the plot of `plot`: pairs that must not be. */
function crossings(layout: Layout): string[] {
  const found: string[] = []
  const layers = new Set(layout.edges.map(({ id }) => id.layer))
  for (const layer of layers) {
    const edges = layout.edges.filter(({ id }) => id.layer === layer)
    const plots = edges.filter((edge): edge is EdgePlace & { box: Box } => edge.box !== null)
    for (const { key, wire } of edges) {
      const points = along(wire)
      for (const plot of plots) {
        if (plot.key !== key && points.some((point) => inside(plot.box, point)))
          found.push(`${key} runs under ${plot.key}`)
      }
    }
  }
  return found
}

const rooms = [
  { width: 740, height: 690 },
  { width: 463, height: 480 },
  { width: 358, height: 240 },
]
const shapes = [
  [2, 5, 1],
  [1, 1],
  [2, 1, 1],
  [4, 16, 16, 1],
  [17, 1, 14],
  [6, 6, 6, 1],
  [9, 3, 3, 2],
  [1, 30, 1],
  [3, 4, 2],
  [5, 5, 5, 5, 1],
]

/** Keeps some edges, always the same ones. */
function some(share: number): (edge: EdgeId) => boolean {
  return ({ layer, source, target }) => ((layer * 31 + source * 17 + target * 7) % 10) / 10 < share
}

describe.each(shapes.map((shape) => ({ shape })))('wires of $shape', ({ shape }) => {
  it.each(rooms)('have only their own plot on them in $width × $height', (room) => {
    for (const share of [1, 0.4, 0.15]) {
      const network = makeNetwork(shape, { active: some(share) })
      const chosen = new Set<EdgeKey>(
        network.edges.map(({ id }) => edgeKey(id)).filter((_, i) => i % 3 === 0),
      )
      const parts = [
        { pruned: true, only: null },
        { pruned: false, only: null },
        { pruned: false, only: chosen },
      ]
      for (const part of parts) expect(crossings(layoutNetwork(network, room, part))).toEqual([])
    }
  })

  it('begin and end at their nodes', () => {
    const layout = layoutNetwork(makeNetwork(shape), { width: 740, height: 690 })
    const nodes = new Map(layout.nodes.map((node) => [node.key, node]))
    for (const { wire, source, target } of layout.edges) {
      const points = along(wire)
      expect(points[0]?.y).toBeCloseTo(nodes.get(source)?.y ?? NaN, 0)
      expect(points.at(-1)?.y).toBeCloseTo(nodes.get(target)?.y ?? NaN, 0)
    }
  })

  it('have as many pieces in a gap, so that they can glide to another course', () => {
    const layout = layoutNetwork(makeNetwork(shape), { width: 740, height: 690 })
    for (const layer of new Set(layout.edges.map(({ id }) => id.layer))) {
      const pieces = layout.edges
        .filter(({ id }) => id.layer === layer)
        .map(({ wire }) => wire.split('C').length)
      expect(new Set(pieces).size).toBe(1)
    }
  })
})

describe('what is left out', () => {
  const room = { width: 740, height: 690 }
  const lonely = makeNetwork([3, 5, 1], {
    active: ({ layer, source, target }) => (layer === 0 ? target : source) === 2 && source !== 0,
  })

  it('gives its room to the rest, which is laid out anew', () => {
    const all = layoutNetwork(lonely, room)
    const rest = layoutNetwork(lonely, room, { pruned: false, only: null })
    expect(rest.nodes.length).toBeLessThan(all.nodes.length)
    expect(rest.edges.every(({ active }) => active)).toBe(true)
    expect(rest.plot.height).toBeGreaterThanOrEqual(all.plot.height)
    const hidden = rest.nodes.filter(({ end }) => end === null)
    expect(hidden).toHaveLength(1)
  })

  it('is counted where it would stand', () => {
    const network = makeNetwork([4, 16, 1])
    const only = new Set<EdgeKey>(['0,0,3', '1,3,0', '0,2,5', '1,5,0'])
    const { rests } = layoutNetwork(network, room, { pruned: false, only })
    expect(rests.map(({ layer, count }) => [layer, count])).toEqual([
      [0, 2],
      [1, 14],
    ])
  })

  it('leaves the others in an order in which few wires cross', () => {
    const network = makeNetwork([4, 4, 1])
    const only = new Set<EdgeKey>(['0,0,3', '0,1,2', '0,2,1', '0,3,0', '1,0,0', '1,1,0', '1,2,0', '1,3,0'])
    const { nodes } = layoutNetwork(network, room, { pruned: false, only })
    const hidden = nodes.filter(({ node }) => node.layer === 1).sort((a, b) => a.y - b.y)
    expect(hidden.map(({ node }) => node.index)).toEqual([3, 2, 1, 0])
  })
})
