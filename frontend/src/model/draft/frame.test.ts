import { describe, expect, it } from 'vitest'
import { makeAnswer } from './answer.fake'
import { apart, frame, heightOf, possible } from './frame'

const rows = { y: [1, 5, 9], error: [] }

function withBand(low: number, high: number, y = 5) {
  const answer = makeAnswer()
  const curve = answer.curves[0]
  if (curve === undefined) throw new Error('no curve')
  return { ...answer, curves: [{ ...curve, y: [y], prediction_low: [low], prediction_high: [high] }] }
}

describe('the frame of the plot', () => {
  it('holds the rows with their deviations, whatever a hand does with the curve', () => {
    const alone = heightOf(rows, null, 'linear')
    const deviating = heightOf({ y: [1, 5, 9], error: [0, 0, 4] }, null, 'linear')
    expect(alone?.high).toBeGreaterThan(9)
    expect(deviating?.high).toBeGreaterThan(13)
    expect(heightOf({ y: [null], error: [] }, null, 'linear')).toBeNull()
  })

  it('is widened by the fit, by no more than the height of the rows', () => {
    expect(heightOf(rows, withBand(2, 12), 'linear')?.high).toBeGreaterThan(12)
    expect(heightOf(rows, withBand(2, 1e6), 'linear')?.high).toBeLessThan(20)
  })

  it('is not led below zero by a band alone', () => {
    expect(heightOf(rows, withBand(-7, 12), 'linear')?.low).toBe(0)
    expect(heightOf(rows, withBand(-7, 12, -3), 'linear')?.low).toBeLessThan(-3)
  })

  it('is linear where a value has no place on another axis', () => {
    expect([possible('log', [1, null, 3]), possible('log', [0, 3]), possible('reciprocal', [-1])]).toEqual([
      'log',
      'linear',
      'linear',
    ])
  })

  it('goes up the screen with its values', () => {
    const { across, up } = frame(
      { x: 'linear', y: 'linear' },
      { x: { low: 0, high: 1 }, y: { low: 0, high: 1 } },
      500,
      300,
    )
    expect(across.place(1)).toBeGreaterThan(across.place(0))
    expect(up.place(1)).toBeLessThan(up.place(0))
  })

  it('keeps labels apart and in their order', () => {
    expect(apart([100, 101, 50], 14)).toEqual([100, 114, 50])
  })
})
