import { describe, expect, it } from 'vitest'
import { digitsFor, readNumber } from './typed'

describe('a number in a field', () => {
  it('is read in the usual writings and nothing else', () => {
    expect(['3', '-3.5', '−3.5', '.5', '1e-3', '2,5', '7.'].map(readNumber)).toEqual([
      3, -3.5, -3.5, 0.5, 0.001, 2.5, 7,
    ])
    expect(['', '-', '1e', 'pi', '1e999', '1 2', '3x'].map(readNumber)).toEqual(Array(7).fill(null))
  })

  it('has digits down to its error, and can be read back', () => {
    expect(digitsFor(238.94212918, 2.7)).toBe('238.9')
    expect(digitsFor(0.00055015643181, 7.27e-6)).toBe('5.502e-4')
    expect(digitsFor(0, null)).toBe('0')
    expect(digitsFor(1234.5678, null)).toBe('1234.6')
    expect(readNumber(digitsFor(-6.02214076e23, 1e18))).toBe(-6.022141e23)
  })
})
