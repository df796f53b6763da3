/** What a server says of a draft, for tests: a straight line through three rows, with the constants it is asked about. */
import type { DraftAnswer, DraftConstant } from '../../contract'
import type { DraftQuestion } from './settings'

export function makeConstant(key: string, value: number, part: Partial<DraftConstant> = {}): DraftConstant {
  return {
    key,
    name: key,
    category: null,
    latex: key,
    unit: null,
    value,
    given: false,
    standard_error: null,
    low: null,
    high: null,
    fixed: false,
    at_bound: false,
    same_as: null,
    slider_low: 0,
    slider_high: 10,
    logarithmic: false,
    ...part,
  }
}

export function makeAnswer(part: Partial<DraftAnswer> = {}): DraftAnswer {
  return {
    target: 0,
    problem: null,
    position: null,
    latex: 'y = a x',
    formula: '2*x',
    constants: [makeConstant('a', 1)],
    per: {},
    categories: [],
    columns: ['x'],
    x: 'x',
    at: {},
    curves: [
      {
        categories: {},
        x: [0, 1, 2],
        y: [0, 1, 2],
        confidence_low: [],
        confidence_high: [],
        prediction_low: [],
        prediction_high: [],
      },
    ],
    rows: {
      total: 3,
      row: [1, 2, 3],
      curve: [0, 0, 0],
      x: [0, 1, 2],
      y: [0, 2, 4],
      error: [],
      predicted: [0, 1, 2],
      values: {},
      residual: [0, 1, 2.5],
      leverage: [],
      influence: [],
    },
    rows_without_value: 0,
    loss: 5,
    result: null,
    path: [],
    profiles: [],
    prices: [],
    sigma: null,
    weights: null,
    notes: [],
    takes: true,
    seconds: 0.01,
    ...part,
  }
}

export function makeResult(
  part: Partial<NonNullable<DraftAnswer['result']>> = {},
): NonNullable<DraftAnswer['result']> {
  return {
    rows: 3,
    chi2: null,
    rss: 0.5,
    plain_rss: 0.5,
    degrees_of_freedom: 2,
    reduced_chi2: null,
    p: null,
    r2: 0.99,
    aic: 1,
    bic: 2,
    free: ['a'],
    correlation: [[1]],
    converged: true,
    ended_early: false,
    error_factor: null,
    ...part,
  }
}

/** Answers as a server would: constants at the values that are given, found ones at 1, and at 2 ± 0.1 after a fit. */
export function answerTo(body: DraftQuestion): DraftAnswer {
  if (body.formula.includes('sine'))
    return makeAnswer({
      problem: 'There is no function sine.',
      position: 1 + body.formula.indexOf('sine'),
      constants: [],
    })
  const fit = body.fit === true
  const given = new Map((body.constants ?? []).map((each) => [each.name, each]))
  const names = ['a', 'b', 'c'].filter((name) => new RegExp(`\\b${name}\\b`).test(body.formula))
  const constants = names.map((name) => {
    const setting = given.get(name)
    const fixed = setting?.fixed ?? false
    const value = setting?.value ?? 1
    return makeConstant(name, fit && !fixed ? 2 : value, {
      given: setting?.value != null,
      fixed,
      standard_error: fit && !fixed ? 0.1 : null,
    })
  })
  return makeAnswer({
    constants,
    ...(fit ? { result: makeResult({ free: names }), path: [5, 1, 0.5] } : {}),
    profiles: (body.profiles ?? []).map((key) => ({
      key,
      values: [1, 2, 3],
      above: [4, 0, 4],
      threshold: 3.84,
      low: 1.1,
      high: 2.9,
      note: '',
    })),
  })
}
