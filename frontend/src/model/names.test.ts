import { describe, expect, it } from 'vitest'
import { edgeLabel, functionLabel, nodeLabel, primitiveLabel } from './names'
import { makeNetwork } from './network.fake'

const network = makeNetwork([2, 5, 1])
const none = { primitive: null, a: null, b: null, c: null, d: null, intervals: null, text: null }

describe('primitiveLabel', () => {
  it.each([
    ['x^2', 'x²'],
    ['sqrt', '√x'],
    ['1/sqrt', '1/√x'],
    ['1/x^3', '1/x³'],
    ['x*log(x)', 'x·log(x)'],
    ['sin', 'sin'],
  ])('writes %s as %s', (name, label) => {
    expect(primitiveLabel(name)).toBe(label)
  })
})

describe('names of nodes and edges', () => {
  it('keep column names and lower the number of hidden nodes', () => {
    expect(nodeLabel(network, { layer: 0, index: 1 })).toBe('x1')
    expect(nodeLabel(network, { layer: 1, index: 3 })).toBe('h₃')
    expect(edgeLabel(network, { layer: 1, source: 3, target: 0 })).toBe('h₃ → y0')
  })

  it('tell the factors of a product node apart', () => {
    const nodes = network.nodes.map((node) =>
      node.layer === 1 && node.index === 4 ? { ...node, kind: 'product' as const, subnodes: [4, 5] } : node,
    )
    const edges = [4, 5].map((target) => edgeLabel({ ...network, nodes }, { layer: 0, source: 0, target }))
    expect(edges).toEqual(['x0 → h₄ factor 1', 'x0 → h₄ factor 2'])
  })
})

describe('functionLabel', () => {
  it('says what is on an edge', () => {
    expect(functionLabel({ ...none, kind: 'zero' })).toBe('pruned')
    expect(functionLabel({ ...none, kind: 'spline' })).toBe('spline')
    expect(functionLabel({ ...none, kind: 'symbolic', primitive: 'x^2' })).toBe('x²')
  })
})
