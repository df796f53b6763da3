import { describe, expect, it } from 'vitest'
import { edgeAt } from './hit'
import { layoutNetwork } from './layout'
import { layoutMatrix } from './matrix'
import { makeNetwork } from './network.fake'
import { fit } from './viewport'

const rooms = [
  { width: 784, height: 690 },
  { width: 504, height: 480 },
  { width: 1400, height: 900 },
]
const shapes = [
  [2, 5, 1],
  [2, 5, 5, 1],
  [1, 1],
  [3, 4, 2],
  [4, 16, 16, 1],
  [9, 3, 3, 2],
  [2, 1, 1],
]
const cases = shapes.flatMap((shape) => rooms.map((room) => ({ shape, room })))

describe.each(cases)('layout of $shape in $room.width × $room.height', ({ shape, room }) => {
  const network = makeNetwork(shape)
  const layout = layoutNetwork(network, room)

  it('gives every edge a plot and every node a place', () => {
    expect(layout.edges).toHaveLength(network.edges.length)
    expect(layout.edges.every(({ box }) => box !== null)).toBe(true)
    expect(layout.nodes).toHaveLength(network.nodes.length)
  })

  it('lets no two plots overlap', () => {
    const boxes = layout.edges.flatMap(({ box }) => box ?? [])
    boxes.forEach((one, i) => {
      for (const other of boxes.slice(i + 1)) {
        const apart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y
        expect(apart).toBe(true)
      }
    })
  })

  it('keeps plots inside the world and clear of nodes', () => {
    for (const { box } of layout.edges) {
      if (box === null) continue
      expect(box.y).toBeGreaterThanOrEqual(0)
      expect(box.y + box.height).toBeLessThanOrEqual(layout.height)
      for (const { x, radius } of layout.nodes) {
        expect(x + radius <= box.x || box.x + box.width <= x - radius).toBe(true)
      }
    }
  })

  it('leaves room below for the caption of the axis and the threshold bar', () => {
    const { scale, y } = fit(layout, room)
    const bar = room.width < 750 ? 80 : 52
    for (const { bottom } of layout.gaps) {
      const caption = y + scale * (bottom + 8 + 14 * layout.text)
      expect(caption).toBeLessThanOrEqual(room.height - bar)
    }
  })

  it('writes no wire that is not a number', () => {
    for (const { wire } of layout.edges) expect(wire).not.toMatch(/NaN|Infinity/)
  })
})

describe('layoutNetwork', () => {
  const room = { width: 784, height: 690 }

  it('does not move when only importance changes, as in training', () => {
    const places = (importance: number) => {
      const { nodes, edges } = layoutNetwork(makeNetwork([2, 5, 1], { importance }), room)
      return { nodes: nodes.map(({ x, y }) => [x, y]), edges: edges.map(({ box, wire }) => [box, wire]) }
    }
    expect(places(0.9)).toEqual(places(0.1))
  })

  it('shows the few plots of a pruned network larger', () => {
    const pruned = makeNetwork([2, 5, 1], {
      active: ({ layer, source, target }) => (layer === 0 ? target : source) === 2,
    })
    expect(layoutNetwork(pruned, room).plot.height).toBeGreaterThan(
      layoutNetwork(makeNetwork([2, 5, 1]), room).plot.height,
    )
  })

  it('puts what is left in the middle and the pruned outside', () => {
    const pruned = makeNetwork([2, 5, 1], {
      active: ({ layer, source, target }) => (layer === 0 ? target : source) === 0,
    })
    const hidden = layoutNetwork(pruned, room).nodes.filter(({ node }) => node.layer === 1)
    const kept = hidden.find(({ node }) => node.active)
    const others = hidden.filter(({ node }) => !node.active).map(({ y }) => y)
    expect(others.filter((y) => y < (kept?.y ?? 0))).toHaveLength(2)
    expect(others.filter((y) => y > (kept?.y ?? 0))).toHaveLength(2)
  })

  it('leads all factors of a product to one node', () => {
    const network = makeNetwork([2, 1, 1])
    const hidden = network.nodes.find(({ layer }) => layer === 1)
    if (hidden === undefined) throw new Error('no hidden node')
    Object.assign(hidden, { kind: 'product', subnodes: [0, 1] })
    const second = network.edges
      .filter(({ id }) => id.layer === 0)
      .map((edge) => ({ ...edge, id: { ...edge.id, target: 1 } }))
    const layout = layoutNetwork({ ...network, edges: [...network.edges, ...second] }, room)
    const targets = layout.edges.filter(({ id }) => id.layer === 0).map(({ target }) => target)
    expect(targets).toEqual(['1,0', '1,0', '1,0', '1,0'])
  })

  it('leaves no plot for the pruned', () => {
    const layout = layoutNetwork(makeNetwork([2, 2, 1], { active: () => false }), room)
    expect(layout.edges.every(({ box, active }) => box === null && !active)).toBe(true)
  })
})

describe('edgeAt', () => {
  it('finds the plot under a point and nothing beside it', () => {
    const layout = layoutNetwork(makeNetwork([2, 5, 1]), { width: 784, height: 690 })
    const place = layout.edges[3]
    const box = place?.box
    if (!box) throw new Error('no plot')
    expect(edgeAt(layout, box.x + 1, box.y + 1)?.key).toBe(place.key)
    expect(edgeAt(layout, -5, -5)).toBeNull()
  })
})

describe('layoutMatrix', () => {
  it('has a cell for every edge of every layer, pruned ones too', () => {
    const layers = layoutMatrix(makeNetwork([3, 4, 2], { active: ({ source }) => source === 0 }), 700)
    expect(layers.map(({ places }) => places.length)).toEqual([12, 8])
    expect(layers[0]?.places.filter(({ active }) => active)).toHaveLength(4)
  })

  it('makes cells no smaller than can be seen', () => {
    expect(layoutMatrix(makeNetwork([40, 2, 1]), 300)[0]?.plot.width).toBe(40)
  })
})
