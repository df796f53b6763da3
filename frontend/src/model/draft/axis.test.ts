import { describe, expect, it } from 'vitest'
import { axis, roomy, spanOf, suits } from './axis'

describe('an axis of the plot', () => {
  it('places the ends of its span at its ends, whatever its kind', () => {
    for (const kind of ['linear', 'log'] as const) {
      const { place } = axis(kind, { low: 1, high: 100 }, 40, 240)
      expect([place(1), place(100)].map(Math.round)).toEqual([40, 240])
    }
    const { place } = axis('reciprocal', { low: 0.5, high: 2 }, 0, 100)
    expect([place(2), place(0.5)].map(Math.round)).toEqual([0, 100])
    expect(place(1)).toBeCloseTo(100 / 3)
  })

  it('names what it is linear in at round places', () => {
    expect(axis('linear', { low: 0, high: 10 }, 0, 100, 5).ticks.map(({ text }) => text)).toEqual([
      '0',
      '2',
      '4',
      '6',
      '8',
      '10',
    ])
    expect(axis('log', { low: 1, high: 1000 }, 0, 100).ticks.map(({ text }) => text)).toEqual([
      '1',
      '10',
      '100',
      '1000',
    ])
    const reciprocal = axis('reciprocal', { low: 0.1, high: 1 }, 0, 90)
    expect(reciprocal.ticks.map(({ text }) => text)).toEqual(['2', '4', '6', '8', '10'])
    expect(reciprocal.ticks.at(-1)?.at).toBeCloseTo(90)
  })

  it('has no place for a value that its kind does not know', () => {
    expect(axis('log', { low: 1, high: 10 }, 0, 1).place(-1)).toBeNaN()
    expect(axis('reciprocal', { low: 1, high: 10 }, 0, 1).place(0)).toBeNaN()
    expect(suits('log', [0, 1])).toBe(false)
    expect(suits('reciprocal', [0.1, 1])).toBe(true)
    expect(suits('linear', [-1])).toBe(true)
  })

  it('leaves room at its ends and begins at zero where that is near', () => {
    expect(roomy('linear', { low: 0.02, high: 1.1 }).low).toBe(0)
    expect(roomy('linear', { low: 90, high: 100 }).low).toBe(89.5)
    expect(roomy('log', { low: 1, high: 100 }).low).toBeLessThan(1)
    const wide = roomy('reciprocal', { low: 0.1, high: 10 })
    expect(wide.low).toBeLessThan(0.1)
    expect(wide.high).toBeGreaterThan(10)
    expect(wide.high).toBeLessThan(Infinity)
  })

  it('spans what is finite', () => {
    expect(spanOf([3, null, NaN, -1])).toEqual({ low: -1, high: 3 })
    expect(spanOf([null])).toBeNull()
  })
})
