import { describe, expect, it } from 'vitest'
import { axis } from './axis'
import { bandPath, barsPath, linePath, nearest, signsPath, spots } from './paths'

const across = axis('linear', { low: 0, high: 10 }, 0, 100)
const up = axis('linear', { low: 0, high: 10 }, 100, 0)

describe('a curve', () => {
  it('is interrupted where it has no value', () => {
    expect(linePath([0, 1, 2, 3], [0, 1, null, 3], across, up)).toBe('M0 100L10 90M30 70')
  })

  it('leaves the plot without numbers that no browser draws', () => {
    expect(linePath([0, 1], [0, 1e300], across, up)).toBe('M0 100L10 -5000')
  })

  it('has no place at 0 on an axis of decades', () => {
    const decades = axis('log', { low: 1, high: 100 }, 0, 100)
    expect(linePath([0, 1, 100], [5, 5, 5], decades, up)).toBe('M0 50L100 50')
  })
})

describe('a band', () => {
  it('goes up one side and back on the other, in pieces', () => {
    expect(bandPath([0, 1, 2, 3, 4], [1, 1, null, 1, 1], [2, 2, 2, 2, 2], across, up)).toBe(
      'M0 80L10 80L10 90L0 90ZM30 80L40 80L40 90L30 90Z',
    )
  })
})

describe('rows', () => {
  const x = [1, 2, 3]
  const y = [1, null, 3]
  const places = spots(x, y, across, up)

  it('stand where they have a value', () => {
    expect(places).toEqual([
      { index: 0, x: 10, y: 90 },
      { index: 2, x: 30, y: 70 },
    ])
    expect(spots(x, y, across, up, (index) => index > 0)).toHaveLength(1)
  })

  it('are one path, with their deviations another', () => {
    expect(signsPath('square', places, 2)).toBe('M10 90m-2 -2h4v4h-4zM30 70m-2 -2h4v4h-4z')
    expect(barsPath(places, y, [1, 1, 2], up)).toBe('M10 100V80M30 90V50')
  })

  it('are found by a pointer that is near', () => {
    expect(nearest(places, 12, 88)?.index).toBe(0)
    expect(nearest(places, 80, 10)).toBeNull()
  })
})
