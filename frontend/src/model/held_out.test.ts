import { describe, expect, it } from 'vitest'
import { changeBy, heldOutError, measureOf } from './held_out'
import { lossTimeline } from './loss_timeline'
import { paretoFront } from './pareto'

const numbers = { test_rmse: 0.3, cross_entropy_test: null }
const classes = { test_rmse: null, cross_entropy_test: 0.07 }

describe('the error that models are compared by', () => {
  it('is the root mean square of numbers and the cross-entropy of classes', () => {
    expect([heldOutError(numbers), measureOf(numbers)]).toEqual([0.3, 'error'])
    expect([heldOutError(classes), measureOf(classes)]).toEqual([0.07, 'cross-entropy'])
    expect(heldOutError({ test_rmse: null, cross_entropy_test: null })).toBeNull()
  })

  it('of a candidate goes by its own name too', () => {
    const model = { cross_entropy_before: 0.2, cross_entropy_after: 0.1 }
    expect(changeBy(model)).toEqual({ measure: 'cross-entropy', before: 0.2, after: 0.1 })
    expect(changeBy({ test_rmse_before: 3, test_rmse_after: 2 })).toEqual({
      measure: 'error',
      before: 3,
      after: 2,
    })
  })

  it('orders the front of a session of classes', () => {
    const row = (id: string, complexity: number, error: number) => ({
      id,
      complexity,
      test_rmse: null,
      cross_entropy_test: error,
    })
    const front = paretoFront([row('a', 4, 0.5), row('b', 9, 0.6), row('c', 11, 0.1)])
    expect(front.map(({ id }) => id)).toEqual(['a', 'c'])
  })

  it('is what the chart of a training shows, live and kept', () => {
    const losses = [
      {
        step: 1,
        event: null,
        event_kind: null,
        intervals: null,
        train_rmse: null,
        test_rmse: null,
        cross_entropy_train: 0.4,
        cross_entropy_test: 0.5,
      },
    ]
    const live = {
      action_id: 'a',
      step: [1],
      train_rmse: [],
      test_rmse: [],
      cross_entropy_train: [0.2],
      cross_entropy_test: [0.3],
      marks: [],
    }
    const line = lossTimeline([{ label: 'train', losses }], live, 'train')
    expect([line.train, line.test]).toEqual([
      [0.4, 0.2],
      [0.5, 0.3],
    ])
  })
})
