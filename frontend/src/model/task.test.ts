import { describe, expect, it } from 'vitest'
import type { ColumnView, DatasetView } from '../contract'
import { classesText, classTarget, misplacedText, usualTask } from './task'

function column(name: string, labels: string[], minimum: number | null): ColumnView {
  const rest = { unit: null, role: 'input' as const, usable: true, note: null, mean: null, missing: 0 }
  return { name, ...rest, minimum, maximum: minimum, histogram: [], labels }
}

const columns = [
  column('width', [], 0),
  column('count', ['0', '1', '2'], 0),
  column('sick', ['0', '1'], 0),
  column('species', ['setosa', 'versicolor'], null),
]
const dataset: DatasetView = {
  id: 'd',
  name: 'd',
  rows: 9,
  rows_left_out: 0,
  columns,
  notes: [],
  source: null,
  licence: null,
  equations: [],
}

describe('what a new session learns', () => {
  it.each([
    ['width', 'regression', undefined],
    ['count', 'regression', 'count'],
    ['sick', 'classification', 'sick'],
    ['species', 'classification', 'species'],
  ] as const)('for the target %s is %s by itself', (name, task, classes) => {
    expect(usualTask(dataset, { [name]: 'target' })).toBe(task)
    expect(classTarget(dataset, { [name]: 'target' })?.name).toBe(classes)
  })

  it('is numbers for several targets', () => {
    expect(classTarget(dataset, { sick: 'target', count: 'target' })).toBeNull()
  })

  it('says where text labels cannot stand', () => {
    expect(misplacedText(dataset, { species: 'input' })).toBeNull()
    expect(misplacedText(dataset, { species: 'target', sick: 'target' })).toMatch(/must be the only target/)
    expect(misplacedText(dataset, { species: 'target', width: 'input' })).toBeNull()
  })

  it('names the first few classes', () => {
    expect(classesText(['a', 'b'])).toBe('a, b')
    expect(classesText(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more')
  })
})
