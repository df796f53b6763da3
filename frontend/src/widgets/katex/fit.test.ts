import { describe, expect, it } from 'vitest'
import { fittingScale } from './fit'

describe('fitting a formula', () => {
  it('leaves alone what has room', () => {
    expect(fittingScale({ width: 200, height: 30 }, { width: 300, height: 60 }, 0.6)).toBe(1)
  })

  it('shrinks what is too wide or too tall, by the tighter of the two', () => {
    expect(fittingScale({ width: 400, height: 30 }, { width: 300, height: 60 }, 0.6)).toBe(0.75)
    expect(fittingScale({ width: 400, height: 75 }, { width: 390, height: 60 }, 0.6)).toBe(0.8)
  })

  it('never makes it smaller than can be read', () => {
    expect(fittingScale({ width: 4000, height: 30 }, { width: 300 }, 0.6)).toBe(0.6)
  })

  it('waits until the size is known', () => {
    expect(fittingScale({ width: 0, height: 0 }, { width: 300, height: 60 }, 0.6)).toBe(1)
  })
})
