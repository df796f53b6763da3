import { describe, expect, it } from 'vitest'
import { roundUp, ticks } from './ticks'

describe('roundUp', () => {
  it.each([
    [0.31, 0.4],
    [1, 1],
    [1.2, 1.5],
    [7, 8],
    [9, 10],
    [0.00061, 0.0008],
    [3 * 0.1, 0.3],
  ])('of %s is %s', (value, rounded) => {
    expect(roundUp(value)).toBeCloseTo(rounded, 12)
  })

  it('is never below the value and never above twice of it', () => {
    for (let value = 1e-6; value < 1e6; value *= 1.37) {
      expect(roundUp(value)).toBeGreaterThanOrEqual(value * (1 - 1e-8))
      expect(roundUp(value)).toBeLessThanOrEqual(value * 2)
    }
  })

  it('is one for what has no size', () => {
    expect([0, -3, NaN, Infinity].map(roundUp)).toEqual([1, 1, 1, 1])
  })
})

describe('ticks', () => {
  it('are round numbers inside the limits', () => {
    expect(ticks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1])
    expect(ticks(0.03, 0.31, 3)).toEqual([0.1, 0.2, 0.3])
  })

  it('is the one value of an empty range', () => {
    expect(ticks(2, 2)).toEqual([2])
  })
})
