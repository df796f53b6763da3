import { describe, expect, it } from 'vitest'
import {
  counted,
  formatCount,
  formatError,
  formatNumber,
  formatPercent,
  formatWithError,
  logShare,
  NO_NUMBER,
} from './numbers'

const formats = { formatNumber, formatError, formatCount, formatPercent }

describe.each(Object.entries(formats))('%s', (_, format) => {
  it.each([NaN, Infinity, -Infinity, null, undefined])('shows a dash for %s', (value) => {
    expect(format(value)).toBe(NO_NUMBER)
  })

  it('never writes a hyphen for a minus', () => {
    for (const value of [-1, -0.00012, -123456.7, -1e-9, 0.5, 1e-12]) expect(format(value)).not.toContain('-')
  })
})

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [1, '1'],
    [3.14159265, '3.14'],
    [-0.5, '−0.5'],
    [0.00015, '1.5e−4'],
    [-0.000149999, '−1.5e−4'],
    [1234.56, '1235'],
    [123456, '1.23e5'],
    [0.998, '0.998'],
    [1e-300, '1e−300'],
  ])('writes %s as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })

  it('keeps as many significant digits as asked for', () => {
    expect(formatNumber(3.14159265, 5)).toBe('3.1416')
  })
})

describe('formatError', () => {
  it.each([
    [0.00015, '1.5e−4'],
    [6.5e-10, '6.5e−10'],
    [0.0132, '0.013'],
    [2.44, '2.4'],
    [456.7, '457'],
    [0, '0'],
  ])('writes %s as %s', (value, text) => {
    expect(formatError(value)).toBe(text)
  })
})

describe('formatCount', () => {
  it('separates thousands', () => {
    expect(formatCount(1234567)).toBe('1,234,567')
    expect(formatCount(999)).toBe('999')
  })
})

describe('formatPercent', () => {
  it('shows small shares with two digits', () => {
    expect(formatPercent(0.03)).toBe('3\u00a0%')
    expect(formatPercent(0.00254)).toBe('0.25\u00a0%')
    expect(formatPercent(0)).toBe('0\u00a0%')
  })
})

describe('formatWithError', () => {
  it('shows both down to the first digit of the error, the second where that is 1', () => {
    expect(formatWithError(3.14192377, 0.000531)).toBe('3.1419 ± 0.0005')
    expect(formatWithError(0.99773, 0.14)).toBe('1.00 ± 0.14')
    expect(formatWithError(9.8297, 0.0104)).toBe('9.830 ± 0.010')
    expect(formatWithError(-0.00212, 0.0074)).toBe('−0.002 ± 0.007')
    expect(formatWithError(51823.4, 704)).toBe('51800 ± 700')
    expect(formatWithError(5.5015643e-4, 7.2668e-6)).toBe('(5.50 ± 0.07)e−4')
    expect(formatWithError(0, 0.3)).toBe('0.0 ± 0.3')
    expect(formatWithError(Math.PI, 2.3e-11)).toBe('3.141593 ± 2.3e−11')
    expect(formatWithError(2.5, null)).toBe('2.5')
    expect(formatWithError(null, 1)).toBe(NO_NUMBER)
  })
})

describe('logShare', () => {
  it('is the position between two limits on a logarithmic scale', () => {
    expect(logShare(1e-2, 1e-4, 1)).toBeCloseTo(0.5)
    expect(logShare(1e-9, 1e-4, 1)).toBe(0)
    expect(logShare(5, 1e-4, 1)).toBe(1)
    expect(logShare(0, 1e-4, 1)).toBe(0)
  })
})

describe('counted', () => {
  it.each([
    [0, '0 edges'],
    [1, '1 edge'],
    [2, '2 edges'],
    [1000, '1,000 edges'],
  ])('says %s of a noun as %s', (count, text) => {
    expect(counted(count, 'edge')).toBe(text)
  })
})
