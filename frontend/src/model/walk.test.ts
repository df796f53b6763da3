import { describe, expect, it } from 'vitest'
import { layoutNetwork } from './layout'
import { makeNetwork } from './network.fake'
import { firstSpot, walk, type Direction, type Spot } from './walk'

const room = { width: 784, height: 690 }
const layout = layoutNetwork(makeNetwork([2, 2, 1]), room)

function edge(layer: number, source: number, target: number): Spot {
  return { kind: 'edge', edge: { layer, source, target } }
}

function node(layer: number, index: number): Spot {
  return { kind: 'node', node: { layer, index } }
}

describe('walking', () => {
  it('begins at the uppermost edge of the first layer', () => {
    expect(firstSpot(layout)).toEqual(edge(0, 0, 0))
  })

  it('goes from node to edge to node', () => {
    expect(walk(layout, edge(0, 0, 0), 'left')).toEqual(node(0, 0))
    expect(walk(layout, edge(0, 0, 0), 'right')).toEqual(node(1, 0))
    expect(walk(layout, node(1, 0), 'right')).toEqual(edge(1, 0, 0))
    expect(walk(layout, edge(1, 0, 0), 'right')).toEqual(node(2, 0))
  })

  it('goes up and down in the order that is seen', () => {
    expect(walk(layout, edge(0, 0, 0), 'down')).toEqual(edge(0, 1, 0))
    expect(walk(layout, edge(0, 1, 0), 'up')).toEqual(edge(0, 0, 0))
    expect(walk(layout, node(0, 0), 'down')).toEqual(node(0, 1))
  })

  it('stops at the border', () => {
    const borders: [Spot, Direction][] = [
      [edge(0, 0, 0), 'up'],
      [node(0, 0), 'left'],
      [node(2, 0), 'right'],
      [node(0, 1), 'down'],
    ]
    for (const [spot, direction] of borders) expect(walk(layout, spot, direction)).toBeNull()
  })

  it('passes over what was pruned', () => {
    const pruned = layoutNetwork(
      makeNetwork([2, 5, 1], {
        active: ({ layer, source, target }) => (layer === 0 ? target : source) === 2,
      }),
      room,
    )
    expect(walk(pruned, edge(0, 0, 2), 'down')).toEqual(edge(0, 1, 2))
    expect(walk(pruned, node(1, 2), 'down')).toBeNull()
  })

  it('begins anew from an edge that is gone', () => {
    expect(walk(layout, edge(7, 7, 7), 'down')).toEqual(firstSpot(layout))
  })
})
