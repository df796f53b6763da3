import { describe, expect, it } from 'vitest'
import { placeApart, spread } from './placement'

const ten = (wanted: readonly number[]): number[] => wanted.map(() => 10)

describe('placeApart', () => {
  it('leaves alone what does not overlap', () => {
    expect(placeApart([10, 50, 90], [20, 20, 20], 0, 100)).toEqual([10, 50, 90])
  })

  it('moves two that overlap equally far', () => {
    expect(placeApart([50, 50], [20, 20], 0, 100)).toEqual([40, 60])
  })

  it('gives each the room of its own size', () => {
    expect(placeApart([50, 50, 50], [40, 4, 40], 0, 100)).toEqual([28, 50, 72])
  })

  it('keeps order, distance and limits for any wish', () => {
    const wishes = [[90, 10, 50, 50, 51], [0, 0, 0, 0], [100, 100, 100], [5], [], [70, 20, 80, 10, 30, 60]]
    for (const wanted of wishes) {
      const placed = placeApart(wanted, ten(wanted), -5, 105)
      expect(placed).toHaveLength(wanted.length)
      placed.forEach((position, i) => {
        expect(position).toBeGreaterThanOrEqual(-1e-9)
        expect(position).toBeLessThanOrEqual(100 + 1e-9)
        if (i > 0) expect(position - (placed[i - 1] ?? 0)).toBeGreaterThanOrEqual(10 - 1e-9)
      })
    }
  })

  it('shares out a line that is too short', () => {
    expect(placeApart([1, 2, 3], [100, 100, 100], 0, 30)).toEqual([5, 15, 25])
  })
})

describe('spread', () => {
  it('centres and keeps the widest distance', () => {
    expect(spread(2, 0, 100, 20)).toEqual([40, 60])
    expect(spread(1, 0, 100)).toEqual([50])
    expect(spread(0, 0, 100)).toEqual([])
  })
})
