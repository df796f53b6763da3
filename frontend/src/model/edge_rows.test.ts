import { describe, expect, it } from 'vitest'
import { edgeRows, sortRows } from './edge_rows'
import { makeNetwork } from './network.fake'

const network = makeNetwork([2, 2, 1], { active: ({ layer, source }) => layer === 1 || source === 0 })
network.edges.forEach((edge, i) => {
  edge.importance = edge.function.kind === 'zero' ? 0 : (i + 1) / 10
})

describe('edgeRows', () => {
  const rows = edgeRows(network, null)

  it('has a row for every edge, in words', () => {
    expect(rows).toHaveLength(6)
    expect(rows[0]).toMatchObject({ edge: 'x0 → h₀', function: 'spline', kind: 'spline', locked: false })
    expect(rows[1]).toMatchObject({ edge: 'x1 → h₀', function: 'pruned' })
  })

  it('knows the span of a curve', () => {
    const byEdge = new Map([
      ['0,0,0', { low: -1, high: 1, y: Float32Array.of(-1, 0, 2), importance: 1 }],
    ] as const)
    const [row] = edgeRows(network, { revision: 'r', points: 3, byEdge, density: new Map() })
    expect(row?.span).toBe(3)
  })

  it('sorts by any column, both ways, keeping equals in order', () => {
    const first = (by: 'importance' | 'edge' | 'span', descending: boolean) =>
      sortRows(rows, { by, descending })[0]?.key
    expect(first('importance', true)).toBe('1,1,0')
    expect(first('importance', false)).toBe('0,1,0')
    expect(first('edge', false)).toBe('1,0,0')
    expect(first('span', true)).toBe('0,0,0')
  })
})
