import { describe, expect, it } from 'vitest'
import { nudged, shareOf, valueAt } from './slider'

describe('a slider', () => {
  const linear = (low: number, high: number) => ({ low, high, logarithmic: false })
  const decades = (low: number, high: number) => ({ low, high, logarithmic: true })

  it('goes in equal steps, or in equal factors through decades', () => {
    expect(shareOf(linear(0, 400), 100)).toBe(0.25)
    expect(valueAt(linear(0, 400), 0.25)).toBe(100)
    expect(valueAt(linear(0, 400), 1 / 3)).toBe(133.33)
    expect(valueAt(decades(0.001, 10), 0.5)).toBeCloseTo(0.1)
    expect(shareOf(decades(0.001, 10), 0.1)).toBeCloseTo(0.5)
  })

  it('comes back to where it stands', () => {
    for (const range of [linear(-3, 5), decades(2e-7, 3e-3), linear(-1e5, 1e9), linear(0, 1e-18)])
      for (const share of [0, 0.1, 0.5, 0.9, 1])
        expect(shareOf(range, valueAt(range, share))).toBeCloseTo(share, 3)
  })

  it('keeps its thumb at an end for what lies beyond', () => {
    expect(shareOf(linear(0, 1), 7)).toBe(1)
    expect(shareOf(decades(0.001, 1), -7)).toBe(0)
    expect(shareOf(linear(1, 1), 1)).toBe(0.5)
  })

  it('moves by standard errors under keys, and by shares of the way without', () => {
    const range = linear(0, 100)
    expect(nudged(range, 10, 2, 1, false)).toBeCloseTo(10.2)
    expect(nudged(range, 10, 2, -1, true)).toBe(8)
    expect(nudged(range, 10, null, 1, false)).toBeCloseTo(11)
    expect(nudged(range, 10, 0, -1, true)).toBe(0)
  })
})
