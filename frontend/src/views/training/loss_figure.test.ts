import { describe, expect, it } from 'vitest'
import type { LossTimeline } from '../../model/loss_timeline'
import type { Colours } from '../../widgets/plot/figure'
import { legible, lossFigure } from './loss_figure'

const colours = new Proxy({}, { get: (_, name) => String(name) }) as Colours

function timeline(part: Partial<LossTimeline>): LossTimeline {
  return { step: [0, 50, 100], train: [1, 0.1, 0], test: [1, 0.2, 1e-3], marks: [], stages: [], ...part }
}

describe('the loss chart', () => {
  it('leaves out what a logarithm cannot show', () => {
    expect(lossFigure(timeline({}))(colours).traces[0]?.['y']).toEqual([1, 0.1, null])
  })

  it('has a line and a text where a stage began, a line only where a revision did', () => {
    const marks = [
      { step: 0, label: 'train' },
      { step: 40, label: 'refine' },
    ]
    const { layout } = lossFigure(timeline({ marks, stages: [{ step: 60, label: 'G 10' }] }))(colours)
    expect(layout?.['shapes']).toMatchObject([{ x0: 40 }, { x0: 60 }])
    expect(layout?.['annotations']).toMatchObject([{ x: 60, text: 'G 10', xanchor: 'left' }])
  })

  it('writes no text over another, and none that is too long', () => {
    const at = (step: number, label = `G ${step}`) => ({ step, label })
    expect(legible([at(0), at(10), at(20), at(50), at(90)], 100).map(({ step }) => step)).toEqual([
      0, 20, 50, 90,
    ])
    // The last is written to the left of its line, where a long text before it would reach.
    expect(legible([at(50, 'best start'), at(95)], 100).map(({ step }) => step)).toEqual([50, 95])
    expect(legible([at(60, 'best start'), at(95)], 100).map(({ step }) => step)).toEqual([95])
    // The last of three starts, and the text of the best one that is written to the left.
    expect(legible([at(15), at(30, 'start 3'), at(45, 'best start')], 50).map(({ step }) => step)).toEqual([
      15, 45,
    ])
    expect(legible([at(0), at(50, 'compiled in 31 seconds')], 100).map(({ step }) => step)).toEqual([0])
  })
})
