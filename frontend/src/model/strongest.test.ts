import { describe, expect, it } from 'vitest'
import type { EdgeId, NetworkView } from '../contract'
import { edgeKey, type EdgeKey } from './edge_key'
import { makeNetwork } from './network.fake'
import { enoughPaths, firstPaths, pathsText, rankPaths } from './strongest'

/** A network whose importances a function gives. */
function weighted(shape: readonly number[], importance: (edge: EdgeId) => number): NetworkView {
  const network = makeNetwork(shape)
  return { ...network, edges: network.edges.map((edge) => ({ ...edge, importance: importance(edge.id) })) }
}

const uneven = ({ layer, source, target }: EdgeId): number =>
  1 / (1 + ((layer * 7 + source * 5 + target * 3) % 11))

/** All paths by brute force, heaviest first. */
function allWeights(network: NetworkView): number[] {
  const last = network.shape.length - 1
  const share = (layer: number, source: number, target: number): number => {
    const into = network.edges.filter(({ id }) => id.layer === layer && id.target === target)
    const total = into.reduce((sum, edge) => sum + edge.importance, 0)
    return (into.find(({ id }) => id.source === source)?.importance ?? 0) / total
  }
  const from = (layer: number, node: number): number[] =>
    layer === last
      ? [1]
      : Array.from({ length: network.shape[layer + 1] ?? 0 }, (_, target) =>
          from(layer + 1, target).map((rest) => rest * share(layer, node, target)),
        ).flat()
  return Array.from({ length: network.shape[0] ?? 0 }, (_, node) => from(0, node))
    .flat()
    .sort((a, b) => b - a)
}

describe('the strongest paths', () => {
  it.each([[[3, 4, 2]], [[2, 3, 3, 1]], [[5, 1, 4]]])(
    'of %j are those that trying all of them finds',
    (shape) => {
      const network = weighted(shape, uneven)
      const { paths, whole } = rankPaths(network)
      const expected = allWeights(network)
      expect(paths).toHaveLength(expected.length)
      paths.forEach(({ weight }, place) => {
        expect(weight).toBeCloseTo(expected[place] ?? NaN, 12)
      })
      expect(whole).toBeCloseTo(shape.at(-1) ?? NaN, 12)
    },
  )

  it('lead from an input to an output without a gap', () => {
    for (const { edges } of rankPaths(weighted([4, 16, 16, 1], uneven)).paths.slice(0, 30)) {
      const ids = edges.map((key) => key.split(',').map(Number))
      expect(ids.map(([layer]) => layer)).toEqual([0, 1, 2])
      ids.slice(1).forEach(([, source], step) => {
        expect(source).toBe(ids[step]?.[2])
      })
    }
  })

  it('are taken until they carry four fifths, with few enough edges to be told apart', () => {
    const one = rankPaths(
      weighted([4, 16, 16, 1], ({ source, target }) => (source === target % 4 ? 1 : 1e-6)),
    )
    expect(firstPaths(one, enoughPaths(one)).edges.size).toBeLessThanOrEqual(24)
    const clear = rankPaths(
      weighted([9, 9, 1], ({ source, target }) => (source === 2 && target <= 2 ? 1 : 1e-4)),
    )
    const opened = firstPaths(clear, enoughPaths(clear))
    expect(opened.share).toBeGreaterThanOrEqual(0.8)
    expect(opened.edges.size).toBeLessThan(24)
  })

  it('carry everything together, and each further one a little more', () => {
    const ranking = rankPaths(weighted([3, 4, 2], uneven))
    const shares = ranking.paths.map((_, place) => firstPaths(ranking, place + 1).share)
    shares.slice(1).forEach((share, place) => {
      expect(share).toBeGreaterThan(shares[place] ?? NaN)
    })
    expect(shares.at(-1)).toBeCloseTo(1, 12)
  })

  it('pass no pruned edge', () => {
    const pruned = makeNetwork([3, 4, 1], { active: ({ layer, source }) => layer === 1 || source !== 1 })
    const all = rankPaths(pruned).paths.flatMap(({ edges }) => edges)
    expect(all.some((key) => key.startsWith('0,1,'))).toBe(false)
  })

  it('of a product lead through each of its factors', () => {
    const network = makeNetwork([2, 1, 1])
    const hidden = network.nodes.find(({ layer }) => layer === 1)
    if (hidden === undefined) throw new Error('no hidden node')
    Object.assign(hidden, { kind: 'product', subnodes: [0, 1] })
    const second = network.edges
      .filter(({ id }) => id.layer === 0)
      .map((edge) => ({ ...edge, id: { ...edge.id, target: 1 } }))
    const { paths } = rankPaths({ ...network, edges: [...network.edges, ...second] })
    expect(new Set(paths.map(({ edges }) => edges[0]))).toEqual(
      new Set<EdgeKey>(['0,0,0', '0,1,0', '0,0,1', '0,1,1']),
    )
  })

  it('are found at once in a network of thousands of edges', () => {
    const network = weighted([64, 64, 64, 10], uneven)
    const { paths } = rankPaths(network)
    expect(paths).toHaveLength(400)
    expect(
      paths.flatMap(({ edges }) => edges).every((key) => network.edges.some(({ id }) => edgeKey(id) === key)),
    ).toBe(true)
  })

  it('say what they carry', () => {
    const ranking = rankPaths(weighted([9, 9, 1], uneven))
    const text = pathsText(firstPaths(ranking, 6), 90)
    expect(text.paths).toMatch(/^6 strongest paths carry \d+\u00a0%$/)
    expect(text.edges).toMatch(/^\d+ of 90 edges$/)
  })
})
