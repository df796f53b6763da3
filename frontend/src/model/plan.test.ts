import { describe, expect, it } from 'vitest'
import { makeNetwork } from './network.fake'
import {
  growthOf,
  planOf,
  planText,
  readStages,
  samePlan,
  shapeText,
  stagesFrom,
  withLayer,
  withNodes,
} from './plan'

const sums = (...counts: number[]) => counts.map((count) => ({ sums: count, products: 0 }))

describe('the plan of the hidden layers', () => {
  it('tells sum and product nodes of a network apart', () => {
    const network = makeNetwork([2, 5, 3, 1], { product: ({ layer, index }) => layer === 1 && index > 2 })
    expect(planOf(network)).toEqual([
      { sums: 3, products: 2 },
      { sums: 3, products: 0 },
    ])
    expect(shapeText(network)).toBe('2 → 3 + 2× → 3 → 1')
  })

  it('keeps inputs and outputs while the hidden layers change', () => {
    expect(planText([2, 5, 1], sums(4, 4))).toBe('2 → 4 → 4 → 1')
    expect(planText([2, 5, 1], [])).toBe('2 → 1')
    expect(planText([2, 5, 1], [{ sums: 0, products: 2 }])).toBe('2 → 2× → 1')
    expect(samePlan(sums(5), sums(5))).toBe(true)
    expect(samePlan(sums(5), sums(5, 5))).toBe(false)
    expect(samePlan(sums(5), [{ sums: 5, products: 1 }])).toBe(false)
  })

  it('has whole numbers of nodes within limits, and sum nodes in every layer', () => {
    const layer = { sums: 5, products: 0 }
    expect([0, 2.6, 1000, Number.NaN].map((count) => withNodes(layer, 'sums', count).sums)).toEqual([
      1, 3, 64, 5,
    ])
    expect([-1, 2, 1000].map((count) => withNodes(layer, 'products', count).products)).toEqual([0, 2, 59])
  })

  it('grows by a layer like the last', () => {
    expect(withLayer([{ sums: 3, products: 1 }])).toHaveLength(2)
    expect(withLayer([{ sums: 3, products: 1 }])[1]).toEqual({ sums: 3, products: 1 })
    expect(withLayer([])).toEqual(sums(5))
  })

  it('sees a change that can keep the function: more nodes of one kind in one layer', () => {
    expect(growthOf(sums(5, 2), sums(5, 4))).toEqual({ layer: 2, nodes: 2, node_kind: 'sum' })
    expect(growthOf(sums(5), [{ sums: 5, products: 1 }])).toEqual({
      layer: 1,
      nodes: 1,
      node_kind: 'product',
    })
    expect(growthOf(sums(5), sums(5))).toBeNull()
    expect(growthOf(sums(5), sums(4))).toBeNull()
    expect(growthOf(sums(5, 2), sums(6, 3))).toBeNull()
    expect(growthOf(sums(5), sums(5, 5))).toBeNull()
  })
})

describe('grids in stages', () => {
  it('begin above the present grid', () => {
    expect(stagesFrom(5, [10, 20, 50], 400)).toEqual([10, 20, 50])
    expect(stagesFrom(20, [50, 10, 20], 400)).toEqual([50])
  })

  it('double twice where all wanted ones are passed, up to the finest there is', () => {
    expect(stagesFrom(50, [10, 20, 50], 400)).toEqual([100, 200])
    expect(stagesFrom(150, [10], 400)).toEqual([300])
    expect(stagesFrom(400, [10], 400)).toEqual([])
  })

  it('are read from text with any separators, and refused when something else is among them', () => {
    expect(readStages('10, 20 50', 400)).toEqual([10, 20, 50])
    expect(readStages('50 → 10 → 10', 400)).toEqual([10, 50])
    for (const text of ['', 'ten', '1.5', '0', '10, 500']) expect(readStages(text, 400)).toBeNull()
  })
})
