import { describe, expect, it } from 'vitest'
import type { LossPoint } from '../contract'
import { markOf } from './loss_events'
import { lossTimeline } from './loss_timeline'

describe('events of a training', () => {
  it('are marked unless they happen every few steps', () => {
    const of = (event_kind: LossPoint['event_kind'], event: string | null = 'in words'): string | null =>
      markOf({ event, event_kind, intervals: null })
    expect([of('best_start'), of('grid_update'), of('undone'), of(null, null)]).toEqual([
      'in words',
      null,
      null,
      null,
    ])
  })

  it('tell the grid a stage begins with', () => {
    expect(markOf({ event: 'a finer grid', event_kind: 'grid', intervals: 20 })).toBe('G 20')
  })

  function point(step: number, intervals: number | null, kind: LossPoint['event_kind'] = 'grid'): LossPoint {
    const quiet = intervals === null && kind === 'grid'
    return {
      step,
      train_rmse: 1,
      test_rmse: 1,
      cross_entropy_train: null,
      cross_entropy_test: null,
      event: quiet ? null : 'in words',
      event_kind: quiet ? null : kind,
      intervals,
    }
  }

  it('stand at their step of the whole timeline', () => {
    const parts = [
      { label: 'train', losses: [point(1, null), point(2, null)] },
      { label: 'grids', losses: [point(1, 10), point(2, null), point(3, 20)] },
    ]
    expect(lossTimeline(parts, null, '').stages).toEqual([
      { step: 2, label: 'G 10' },
      { step: 4, label: 'G 20' },
    ])
  })

  it('are marked while the action runs where they will be marked afterwards', () => {
    const parts = [{ label: 'train', losses: [point(1, null), point(2, null)] }]
    const losses = [point(1, 10), point(2, null, 'grid_update'), point(3, 20)]
    const live = {
      action_id: 'a',
      step: [1, 2, 3],
      train_rmse: [1, 1, 1],
      test_rmse: [1, 1, 1],
      marks: losses.flatMap(({ step, event, event_kind: kind, intervals }) =>
        event === null || kind === null ? [] : [{ step, text: event, kind, intervals }],
      ),
    }
    const running = lossTimeline(parts, live, 'grids')
    expect(running).toEqual(lossTimeline([...parts, { label: 'grids', losses }], null, ''))
    expect(running.stages.map(({ label }) => label)).toEqual(['G 10', 'G 20'])
  })
})
