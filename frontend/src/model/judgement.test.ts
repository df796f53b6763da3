import { describe, expect, it } from 'vitest'
import type { Suggestion } from '../contract'
import { entriesOf, judge, riskOf, riskText } from './judgement'

function suggestion(after: number, before = 1.5e-4): Suggestion {
  return {
    primitive: 'sin',
    a: 1,
    b: 0,
    c: 1,
    d: 0,
    r2: 1,
    complexity: 1,
    whole_model: {
      test_rmse_before: before,
      test_rmse_after: after,
      cross_entropy_before: null,
      cross_entropy_after: null,
    },
    text: '',
    latex: '',
    domain_margin: null,
    domain: null,
    border_distance: null,
    entry: 0,
    alike: [],
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

describe('the risk of a form on new rows', () => {
  const log = { ...suggestion(1), domain: 'u > 0', box_note: 'leaves its domain (u > 0) inside the box' }

  it('is none without a border, or far from it', () => {
    expect(riskOf(suggestion(1))).toBeNull()
    expect(riskOf({ domain_margin: 0.4, box_margin: 0.2 })).toBeNull()
    expect(riskText({ ...log, domain_margin: 0.4, box_margin: 0.2, border_distance: 3 }, 'm')).toBe('')
  })

  it('is that of a border that the rows come near, said in the unit of the column', () => {
    const near = { ...log, domain_margin: 0.02, box_margin: 0.01, border_distance: 0.03 }
    expect(riskOf(near)).toBe('near')
    expect(riskText(near, 'm')).toBe('rows come within 0.03 m of its border u > 0')
    expect(riskText({ ...near, box_margin: -0.1 }, '')).toBe(
      'rows come within 0.03 of its border u > 0; leaves it inside the box',
    )
  })

  it('is that of a border that the rows reach, or that the box goes beyond', () => {
    const on = { ...log, domain_margin: 0, box_margin: 0, border_distance: 0 }
    expect(riskText(on, 'm')).toBe('rows reach its border u > 0')
    const beyond = { ...log, domain_margin: 0.3, box_margin: -0.2, border_distance: 5 }
    expect(riskOf(beyond)).toBe('leaves')
    expect(riskText(beyond, 'm')).toBe('leaves its domain (u > 0) inside the box')
  })

  it('does not depend on what a note says', () => {
    const praised = { ...log, domain_note: 'valid everywhere', domain_margin: 0.01, box_margin: 1 }
    expect(riskOf(praised)).toBe('near')
  })
})

describe('the entries of a list', () => {
  it('keep together what is the same on these rows, the first of each leading', () => {
    const rows = [
      { name: 'x^2', entry: 0 },
      { name: 'cosh', entry: 0 },
      { name: 'abs', entry: 1 },
    ]
    expect(entriesOf(rows, ({ entry }) => entry)).toEqual([
      { leader: rows[0], others: [rows[1]] },
      { leader: rows[2], others: [] },
    ])
  })
})
