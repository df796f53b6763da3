import { describe, expect, it } from 'vitest'
import { markOf } from './loss_events'
import { lossTimeline } from './loss_timeline'

describe('events of a training', () => {
  it('are marked unless they happen every few steps', () => {
    expect(['best start', 'grid update', 'step undone', null, undefined].map(markOf)).toEqual([
      'best start',
      null,
      null,
      null,
      null,
    ])
  })

  it('tell the grid a stage begins with', () => {
    expect(['grid 10', 'grid 5 → 20'].map(markOf)).toEqual(['G 10', 'G 20'])
  })

  const point = (step: number, event: string | null) => ({ step, train_rmse: 1, test_rmse: 1, event })

  it('stand at their step of the whole timeline', () => {
    const parts = [
      { label: 'train', losses: [point(1, null), point(2, null)] },
      { label: 'grids', losses: [point(1, 'grid 10'), point(2, null), point(3, 'grid 20')] },
    ]
    expect(lossTimeline(parts, null, '').stages).toEqual([
      { step: 2, label: 'G 10' },
      { step: 4, label: 'G 20' },
    ])
  })

  it('are marked while the action runs where they will be marked afterwards', () => {
    const parts = [{ label: 'train', losses: [point(1, null), point(2, null)] }]
    const losses = [point(1, 'grid 10'), point(2, 'grid update'), point(3, 'grid 20')]
    const live = {
      action_id: 'a',
      step: [1, 2, 3],
      train_rmse: [1, 1, 1],
      test_rmse: [1, 1, 1],
      marks: losses.flatMap(({ step, event }) => (event === null ? [] : [{ step, text: event }])),
    }
    const running = lossTimeline(parts, live, 'grids')
    expect(running).toEqual(lossTimeline([...parts, { label: 'grids', losses }], null, ''))
    expect(running.stages.map(({ label }) => label)).toEqual(['G 10', 'G 20'])
  })
})
