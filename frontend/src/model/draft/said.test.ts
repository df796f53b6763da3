import { describe, expect, it } from 'vitest'
import { makeAnswer, makeConstant, makeResult } from './answer.fake'
import {
  basisOf,
  deviations,
  figuresOf,
  lossName,
  outlyingText,
  priceText,
  resultText,
  standingOf,
  withoutError,
} from './said'

const names = (result: ReturnType<typeof makeResult>): string[] => figuresOf(result).map(({ name }) => name)

describe('the figures of a fit', () => {
  it('have no χ² and no p without an absolute σ', () => {
    expect(names(makeResult())).toEqual(['degrees of freedom', 'RSS', 'R²', 'AIC', 'BIC'])
    const known = makeResult({ chi2: 27.9, reduced_chi2: 1.4, p: 0.11 })
    expect(names(known).slice(0, 4)).toEqual(['χ²', 'degrees of freedom', 'reduced χ²', 'p'])
    expect([lossName(makeResult()), lossName(known)]).toEqual(['RSS', 'χ²'])
  })

  it('give the residuals in the unit of the left-hand side, whatever weighs them', () => {
    const rss = figuresOf(makeResult({ rss: 27.9, plain_rss: 2332 })).find(({ name }) => name === 'RSS')
    expect(rss?.value).toBe('2332')
  })

  it('say whether the fit came to its end, and on what it was made', () => {
    expect([
      standingOf(makeResult()),
      standingOf(makeResult({ converged: false })),
      standingOf(makeResult({ converged: false, ended_early: true })),
    ]).toEqual(['converged', 'not converged', 'ended early'])
    expect(basisOf(makeResult(), null, null)).toBe('3 rows')
    expect(basisOf(makeResult({ chi2: 1 }), 's', null)).toBe('3 rows · σ from s')
    expect(basisOf(makeResult(), 's', null)).toBe('3 rows · σ from s, in its ratios')
  })
})

describe('a constant without an error', () => {
  it('says why, once there is a fit', () => {
    const said = (part: Parameters<typeof makeConstant>[2], fitted = true): string =>
      withoutError(makeConstant('a', 1, part), fitted)
    expect(said({ standard_error: 0.1 })).toBe('')
    expect(said({})).toBe('not determined')
    expect(said({}, false)).toBe('')
    expect(said({ at_bound: true })).toBe('at its bound')
    expect(said({ fixed: true }, false)).toBe('fixed')
    expect(said({ same_as: 'b' })).toBe('same as b')
  })
})

describe('the price of one value per category', () => {
  const price = {
    name: 'Vm',
    column: 'state',
    now: 'each' as const,
    loss_one: 68.2,
    loss_each: 27.9,
    constants_one: 2,
    constants_each: 3,
    aic_one: null,
    aic_each: null,
    called_for: true,
  }

  it('is said for the choice that was not made', () => {
    expect(priceText(price, 'χ²', 2)).toBe(
      'One value for both would cost χ² 27.9 → 68.2 for 1 constant less.',
    )
    expect(priceText({ ...price, now: 'one', called_for: false }, 'RSS', 3)).toBe(
      'One each would gain RSS 68.2 → 27.9 for 1 constant more: not called for',
    )
  })
})

describe('rows far from the curve', () => {
  const rows = (residual: number[]) => {
    const { rows: some } = makeAnswer()
    if (some === null) throw new Error('no rows')
    return { ...some, row: residual.map((_, at) => at + 1), residual }
  }

  it('are named while they are few', () => {
    expect(outlyingText(rows([0, 1]))).toBe('no row lies beyond 2 σ')
    expect(outlyingText(rows([0, -2.5]))).toBe('row 2 lies beyond 2 σ')
    expect(outlyingText(rows([3, 0, -2.5]))).toBe('rows 1 and 3 lie beyond 2 σ')
    expect(outlyingText(rows([3, 3, 3, 3, 3]))).toBe('5 rows lie beyond 2 σ')
    expect([deviations(2.81), deviations(-1), deviations(null)]).toEqual(['+2.8 σ', '−1 σ', '–'])
  })
})

describe('a fit as text', () => {
  it('has all digits, and what is absent is absent', () => {
    const answer = makeAnswer({
      formula: '238.94212918*x',
      constants: [makeConstant('a', 238.94212918, { standard_error: 2.7070075241 })],
      result: makeResult({ converged: false }),
      notes: ['A note.'],
    })
    const text = resultText(answer, 'a*x').split('\n')
    expect(text).toContain('a = 238.94212918 ± 2.7070075241')
    expect(text).toContain('not converged')
    expect(text.at(-1)).toBe('A note.')
    expect(text.some((line) => line.startsWith('chi2'))).toBe(false)
  })
})
