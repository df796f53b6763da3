import { describe, expect, it } from 'vitest'
import { fit, LARGEST_SCALE, pan, reveal, SMALLEST_SCALE, zoomAt } from './viewport'

const start = { x: 10, y: 20, scale: 1 }

describe('zoomAt', () => {
  it('keeps the point under the pointer', () => {
    const view = zoomAt(start, 2, 110, 70)
    expect(view.scale).toBe(2)
    expect((110 - view.x) / view.scale).toBeCloseTo(100)
    expect((70 - view.y) / view.scale).toBeCloseTo(50)
  })

  it('stays between its limits', () => {
    expect(zoomAt(start, 1e9, 0, 0).scale).toBe(LARGEST_SCALE)
    expect(zoomAt(start, 1e-9, 0, 0).scale).toBe(SMALLEST_SCALE)
  })
})

describe('pan', () => {
  it('moves and keeps the scale', () => {
    expect(pan(start, 5, -5)).toEqual({ x: 15, y: 15, scale: 1 })
  })
})

describe('fit', () => {
  it('shows all of a large world, centred', () => {
    expect(fit({ width: 200, height: 100 }, { width: 100, height: 100 })).toEqual({ x: 0, y: 25, scale: 0.5 })
  })

  it('never enlarges', () => {
    expect(fit({ width: 10, height: 10 }, { width: 100, height: 100 }).scale).toBe(1)
  })
})

describe('reveal', () => {
  const screen = { width: 400, height: 300 }

  it('leaves alone what is in sight', () => {
    expect(reveal(start, 200, 150, screen)).toEqual(start)
  })

  it('brings back what is outside', () => {
    const view = reveal(start, 1000, -500, screen)
    expect(view.x + 1000).toBe(320)
    expect(view.y - 500).toBe(80)
  })
})
