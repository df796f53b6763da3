import { describe, expect, it } from 'vitest'
import {
  curvePath,
  densityPath,
  extent,
  plotAreas,
  sharedHalfRange,
  toY,
  windowFor,
  wireWeight,
} from './curves'

const box = { x: 0, y: 0, width: 10, height: 20 }

describe('extent', () => {
  it('passes over values that are not finite', () => {
    expect(extent([NaN, 2, -1, NaN])).toEqual({ low: -1, high: 2 })
    expect(extent([NaN])).toBeNull()
    expect(extent([])).toBeNull()
  })
})

describe('the axis shared by a layer', () => {
  it('has room for the widest curve', () => {
    const half = sharedHalfRange([
      { low: -0.3, high: 0.3 },
      { low: 0, high: 0.1 },
    ])
    expect(half).toBeGreaterThanOrEqual(0.3)
    expect(half).toBeLessThanOrEqual(0.6)
  })

  it('is not stretched by an offset that is large beside the curves', () => {
    expect(sharedHalfRange([{ low: 100, high: 101 }])).toBeLessThanOrEqual(1)
  })

  it('stands still while the curves move a little', () => {
    const first = sharedHalfRange([{ low: -0.3, high: 0.3 }])
    for (const size of [0.29, 0.32, 0.25, 0.36]) {
      expect(sharedHalfRange([{ low: -size, high: size }], first)).toBe(first)
    }
  })

  it('grows when a curve no longer fits and shrinks when half would do', () => {
    expect(sharedHalfRange([{ low: -2, high: 2 }], 0.4)).toBeGreaterThan(2)
    expect(sharedHalfRange([{ low: -0.1, high: 0.1 }], 0.4)).toBeLessThan(0.2)
  })

  it('exists for curves that are zero or absent', () => {
    expect(sharedHalfRange([null])).toBe(1)
    expect(sharedHalfRange([{ low: 0, high: 0 }], 3)).toBe(3)
  })
})

describe('the window of a plot', () => {
  it('is centred at zero when the curve fits there', () => {
    expect(windowFor({ low: -0.2, high: 0.3 }, 0.5)).toEqual({ low: -0.5, high: 0.5 })
  })

  it('keeps the scale and moves only as far as an offset needs', () => {
    const window = windowFor({ low: 0.9, high: 1.1 }, 0.5)
    expect(window.high - window.low).toBeCloseTo(1)
    expect(window.high).toBeGreaterThanOrEqual(1.1)
    expect(window.low).toBeLessThanOrEqual(0.9)
  })

  it('always holds a curve that the axis has room for', () => {
    for (const [low, high] of [
      [-3, -2.2],
      [5, 5.9],
      [-0.1, 0.8],
      [0.5, 0.5],
    ] as const) {
      const window = windowFor({ low, high }, 0.5)
      expect(window.low).toBeLessThanOrEqual(low + 1e-9)
      expect(window.high).toBeGreaterThanOrEqual(high - 1e-9)
    }
  })
})

describe('curvePath', () => {
  const window = { low: -1, high: 1 }

  it('runs from the left to the right border', () => {
    expect(curvePath([-1, 0, 1], window, box)).toBe('M0 20L5 10L10 0')
  })

  it('is interrupted where there is no value', () => {
    expect(curvePath([0, NaN, 0], window, box)).toBe('M0 10M10 10')
  })

  it('never draws far outside', () => {
    expect(toY(1e300, window, box)).toBe(-10)
    expect(toY(-1e300, window, box)).toBe(30)
  })

  it('never contains NaN', () => {
    expect(curvePath([NaN, Infinity, 1e300, -1e300, 0], window, box)).not.toContain('NaN')
  })
})

describe('densityPath', () => {
  it('draws a bar for each bin that holds data', () => {
    expect(densityPath([1, 0, 0.5], box).match(/M/g)).toHaveLength(2)
  })
})

describe('a small plot', () => {
  it.each([34, 50, 76])('of height %s keeps curve and density inside', (height) => {
    const width = height * 1.5
    for (const area of Object.values(plotAreas(width, height))) {
      expect(area.x).toBeGreaterThan(0)
      expect(area.x + area.width).toBeLessThan(width)
      expect(area.y + area.height).toBeLessThan(height)
    }
  })
})

describe('wireWeight', () => {
  it('grows with importance and is never lost', () => {
    expect(wireWeight(0, 76)).toBe(1)
    expect(wireWeight(1, 76)).toBeGreaterThan(wireWeight(0.5, 76))
    expect(wireWeight(7, 76)).toBe(wireWeight(1, 76))
  })
})
