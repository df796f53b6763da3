import { describe, expect, it } from 'vitest'
import { gridOf, markOf } from './loss_events'
import { lossTimeline } from './loss_timeline'

describe('events of a training', () => {
  it('are marked unless they happen every few steps', () => {
    expect(['best start', 'grid 10', 'grid update', 'step undone', null, undefined].map(markOf)).toEqual([
      'best start',
      'grid 10',
      null,
      null,
      null,
      null,
    ])
  })

  it('tell the grid a stage begins with', () => {
    expect(['grid 10', 'grid 5 → 20', 'grid update', 'best start', null].map(gridOf)).toEqual([
      '10',
      '20',
      null,
      null,
      null,
    ])
  })

  it('stand at their step of the whole timeline', () => {
    const point = (step: number, event: string | null) => ({ step, train_rmse: 1, test_rmse: 1, event })
    const parts = [
      { label: 'train', losses: [point(1, null), point(2, null)] },
      { label: 'grids', losses: [point(1, 'grid 10'), point(2, null), point(3, 'grid 20')] },
    ]
    expect(lossTimeline(parts, null, '').grids).toEqual([
      { step: 2, label: '10' },
      { step: 4, label: '20' },
    ])
  })
})
