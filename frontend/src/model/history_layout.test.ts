import { describe, expect, it } from 'vitest'
import type { RevisionSummary } from '../contract'
import { layoutHistory, lineage } from './history_layout'

function revision(number: number, parent: number | null): RevisionSummary {
  return {
    id: `r${number}`,
    number,
    parent: parent === null ? null : `r${parent}`,
    kind: 'train',
    label: 'train',
    created_at: '2026-01-01T00:00:00Z',
    by: null,
    test_rmse: 1,
    accuracy_test: null,
    cross_entropy_test: null,
    equation_rms: null,
    relative_residual: null,
    verdict: null,
    complexity: 1,
    symbolic: false,
    front_search: null,
    front_index: null,
    edges_active: 1,
    note: null,
  }
}

function tree(...parents: (number | null)[]): RevisionSummary[] {
  return parents.map((parent, number) => revision(number, parent))
}

function lanes(history: readonly RevisionSummary[], head = 'r0'): number[] {
  return layoutHistory(history, head).rows.map(({ lane }) => lane)
}

describe('the history tree', () => {
  it('draws a chain in one lane', () => {
    expect(lanes(tree(null, 0, 1, 2))).toEqual([0, 0, 0, 0])
  })

  it('gives a branch its own lane while the first child goes on in the parent’s', () => {
    expect(lanes(tree(null, 0, 1, 1, 2))).toEqual([0, 0, 0, 1, 0])
  })

  it('uses a lane again once its branch has ended', () => {
    expect(lanes(tree(null, 0, 0, 1, 3))).toEqual([0, 0, 1, 0, 0])
    expect(lanes(tree(null, 0, 0, 1, 3, 3))).toEqual([0, 0, 1, 0, 0, 1])
  })

  it('never lets two lines cross a third revision in their lane', () => {
    const { rows } = layoutHistory(tree(null, 0, 0, 0, 1, 2, 3, 1, 4), 'r8')
    for (const { row, lane, parent } of rows) {
      if (parent === null) continue
      const between = rows.filter((other) => other.lane === lane && other.row > parent.row && other.row < row)
      expect(between).toEqual([])
    }
  })

  it('marks the way from the root to the head', () => {
    const history = tree(null, 0, 1, 1, 3)
    expect(lineage(history, 'r4')).toEqual(['r0', 'r1', 'r3', 'r4'])
    expect(layoutHistory(history, 'r4').rows.filter(({ onPath }) => onPath)).toHaveLength(4)
  })

  it('ends on a broken or circular history', () => {
    const circular = [revision(0, 1), revision(1, 0)]
    expect(lineage(circular, 'r0').length).toBeLessThan(4)
    expect(lineage(circular, 'unknown')).toEqual([])
    expect(layoutHistory([], '').rows).toEqual([])
  })
})
