import { expect, it } from 'vitest'
import { paretoFront } from './pareto'

it('keeps the revisions that no other beats in both complexity and error', () => {
  const points = [
    { id: 'a', complexity: 4, test_rmse: 1 },
    { id: 'b', complexity: 31, test_rmse: 0.01 },
    { id: 'c', complexity: 11, test_rmse: 0.01 },
    { id: 'd', complexity: 9, test_rmse: 0.0001 },
    { id: 'e', complexity: 9, test_rmse: 0.1 },
  ]
  expect(paretoFront(points).map(({ id }) => id)).toEqual(['a', 'd'])
  expect(paretoFront([])).toEqual([])
})
