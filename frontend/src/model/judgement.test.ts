import { describe, expect, it } from 'vitest'
import type { Suggestion } from '../contract'
import { isSafe, judge } from './judgement'

function suggestion(after: number, before = 1.5e-4): Suggestion {
  return {
    primitive: 'sin',
    a: 1,
    b: 0,
    c: 1,
    d: 0,
    r2: 1,
    complexity: 1,
    whole_model: { test_rmse_before: before, test_rmse_after: after },
    text: '',
    latex: '',
    domain_margin: null,
    domain_note: '',
    box_margin: null,
    box_note: '',
  }
}

describe('judge', () => {
  it('calls good what is best, fair what does no harm, bad what makes the model worse', () => {
    expect(
      judge([6.5e-10, 2.7e-5, 8.2e-3].map((after) => suggestion(after))).map(({ tone }) => tone),
    ).toEqual(['good', 'fair', 'bad'])
  })

  it('calls all bad when nothing fits', () => {
    expect(judge([0.1, 0.2].map((after) => suggestion(after))).map(({ tone }) => tone)).toEqual([
      'bad',
      'bad',
    ])
  })

  it('draws longer bars for larger errors', () => {
    const shares = judge([1e-9, 1e-5, 1e-2].map((after) => suggestion(after))).map(({ share }) => share)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(Math.max(...shares)).toBeLessThanOrEqual(1)
  })

  it('bears no suggestions and an error of zero', () => {
    expect(judge([])).toEqual([])
    expect(judge([suggestion(0)])[0]?.tone).toBe('good')
  })
})

describe('isSafe', () => {
  it('tells a danger from an all-clear', () => {
    expect(isSafe('valid on all data')).toBe(true)
    expect(isSafe('0.04 spans from the border')).toBe(false)
  })
})
