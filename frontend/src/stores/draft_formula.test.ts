// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DraftAnswer } from '../contract'
import { answerTo } from '../model/draft/answer.fake'
import type { DraftQuestion } from '../model/draft/settings'
import { DraftFormula } from './draft_formula.svelte'

describe('a formula that is worked on', () => {
  let asked: DraftQuestion[] = []
  let formula: DraftFormula
  let slow: ((answer: () => DraftAnswer) => Promise<DraftAnswer>) | null = null

  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(300)
  const values = (): Record<string, number> =>
    Object.fromEntries((formula.answer?.constants ?? []).map(({ key, value }) => [key, value]))
  const given = (body: DraftQuestion | undefined): Record<string, number | null> =>
    Object.fromEntries((body?.constants ?? []).map(({ name, value }) => [name, value]))

  beforeEach(() => {
    vi.useFakeTimers()
    asked = []
    slow = null
    formula = new DraftFormula(0, {
      ask: (body, signal) => {
        asked.push(body)
        const answer = (): DraftAnswer => answerTo(body)
        if (slow === null) return Promise.resolve(answer())
        return new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new DOMException('', 'AbortError'))
          })
          void slow?.(answer).then(resolve)
        })
      },
      columns: () => ['x', 'T'],
      spanOf: () => ({ low: 0, high: 2 }),
    })
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('is read once the typing rests, and its constants are looked for', async () => {
    for (const text of ['a', 'a*', 'a*x + b']) formula.write(text)
    expect(asked).toEqual([])
    await settle()
    expect(asked.map(({ formula }) => formula)).toEqual(['a*x + b'])
    expect(asked[0]).toMatchObject({ x: 'x', x_low: 0, x_high: 2, constants: [] })
    expect(values()).toEqual({ a: 1, b: 1 })
    expect([formula.read, formula.decided]).toEqual([true, false])
  })

  it('begins with the σ of the session, and says when rows are to count the same', async () => {
    const ask = (body: DraftQuestion): Promise<DraftAnswer> => {
      asked.push(body)
      return Promise.resolve(answerTo(body))
    }
    formula = new DraftFormula(0, { ask, columns: () => ['x'], spanOf: () => null }, 's')
    expect(formula.sigma).toBe('s')
    formula.write('a*x')
    await settle()
    expect(asked.at(-1)).toMatchObject({ sigma: 's', sigma_is: 'absolute' })
    formula.setSigma(null)
    await settle()
    expect(asked.at(-1)).toMatchObject({ equal_rows: true })
    expect(asked.at(-1)).not.toHaveProperty('sigma')
  })

  it('shows the rows while nothing is written', async () => {
    formula.look()
    await settle()
    expect(asked[0]).toMatchObject({ x: 'x', x_low: 0, x_high: 2 })
    expect([formula.bare?.rows?.total, formula.answer]).toEqual([3, null])
    formula.write('a*x')
    await settle()
    formula.write('')
    await settle()
    expect([formula.bare?.rows?.total, formula.answer]).toEqual([3, null])
  })

  it('says what is wrong with the text as it stands only', async () => {
    formula.write('sine(x)')
    await settle()
    expect(formula.wrong).toEqual({ text: 'There is no function sine.', position: 1 })
    formula.write('a*x')
    expect(formula.wrong).toBeNull()
    await settle()
    expect(formula.wrong).toBeNull()
  })

  it('keeps what could be read in sight while it is half written', async () => {
    formula.write('a*x')
    await settle()
    formula.write('a*sine(x')
    await settle()
    expect([formula.wrong?.position, formula.read, formula.answer?.constants[0]?.key]).toEqual([
      3,
      false,
      'a',
    ])
    formula.fit()
    await settle()
    expect([formula.fitted, formula.busy]).toEqual([null, null])
  })

  it('moves one constant under the hand and leaves the others where they are shown', async () => {
    formula.write('a*x + b')
    await settle()
    formula.move('a', 7)
    await settle()
    expect(given(asked.at(-1))).toEqual({ a: 7, b: 1 })
    expect(values()).toEqual({ a: 7, b: 1 })
    formula.move('b', 3)
    await settle()
    expect(values()).toEqual({ a: 7, b: 3 })
  })

  it('asks for the newest of many moves, one at a time', async () => {
    formula.write('a*x')
    await settle()
    let release: (() => void)[] = []
    slow = (answer) => new Promise((resolve) => release.push(() => resolve(answer())))
    for (const value of [2, 3, 4, 5]) formula.move('a', value)
    await settle()
    expect(asked.slice(1).map((body) => given(body)['a'])).toEqual([2])
    const first = release
    release = []
    for (const each of first) each()
    await settle()
    for (const each of release) each()
    await settle()
    expect(asked.slice(1).map((body) => given(body)['a'])).toEqual([2, 5])
    expect(values()).toEqual({ a: 5 })
  })

  it('is fitted from what is shown, with the way and the start kept', async () => {
    formula.write('a*x')
    await settle()
    formula.move('a', 7)
    await settle()
    formula.fit()
    await settle()
    expect(asked.at(-1)).toMatchObject({ fit: true, find_starts: false })
    expect(given(asked.at(-1))).toEqual({ a: 7 })
    expect(values()).toEqual({ a: 2 })
    expect([formula.path, formula.stale, formula.start?.constants[0]?.value]).toEqual([[5, 1, 0.5], null, 7])
    expect(formula.fitted?.constants[0]?.standard_error).toBe(0.1)
  })

  it('begins where it is shown, and looks elsewhere as well until somebody has decided on values', async () => {
    formula.write('a*x')
    await settle()
    formula.fit()
    await settle()
    expect(asked.at(-1)).toMatchObject({ fit: true, find_starts: true })
    expect(given(asked.at(-1))).toEqual({ a: 1 })
    formula.fit(true)
    await settle()
    expect(asked.at(-1)).toMatchObject({ fit: true, find_starts: true })
    formula.fit()
    await settle()
    expect(asked.at(-1)).toMatchObject({ fit: true, find_starts: false })
  })

  it('is stale once a hand moves it, and keeps the fit as a ghost', async () => {
    formula.write('a*x')
    formula.fit()
    await settle()
    formula.move('a', 5)
    await settle()
    expect([formula.stale, values(), formula.fitted?.constants[0]?.value]).toEqual(['moved', { a: 5 }, 2])
    expect(asked.at(-1)?.fit).toBeUndefined()
    formula.fit()
    await settle()
    expect(formula.stale).toBeNull()
  })

  it('is stale when bounds are set, which is no move', async () => {
    formula.write('a*x')
    formula.fit()
    await settle()
    formula.set('a', { low: 3 })
    await settle()
    expect(formula.stale).toBe('set')
    expect(asked.at(-1)?.constants?.[0]).toMatchObject({ name: 'a', value: 3, low: 3 })
    formula.set('a', { low: null, high: 2.5 })
    await settle()
    expect(asked.at(-1)?.constants?.[0]).toMatchObject({ value: 2.5, low: null, high: 2.5 })
  })

  it('keeps a fit that is only looked at differently, with its bands', async () => {
    formula.write('a*x')
    formula.fit()
    await settle()
    formula.hold('T', 300)
    await settle()
    expect(asked.at(-1)).toMatchObject({ fit: true, at: { T: 300 } })
    expect(formula.stale).toBeNull()
    formula.setAxis('x', 'log')
    await settle()
    expect(asked.at(-1)).toMatchObject({ fit: true, x_scale: 'log' })
  })

  it('does not wait for a fit when a hand moves, and is not undone by it', async () => {
    formula.write('a*x')
    formula.fit()
    await settle()
    slow = () => new Promise(() => undefined)
    formula.fit()
    await settle()
    expect(formula.busy).toBe('fit')
    slow = null
    formula.move('a', 9)
    await settle()
    expect(values()).toEqual({ a: 9 })
    expect([formula.busy, formula.stale]).toEqual([null, 'moved'])
  })

  it('is not fitted away while it is looked at: the fit that waits is asked', async () => {
    formula.write('a*x')
    await settle()
    const release: (() => void)[] = []
    slow = (answer) => new Promise((resolve) => release.push(() => resolve(answer())))
    formula.look()
    formula.fit()
    formula.hold('T', 3)
    slow = null
    release.forEach((each) => {
      each()
    })
    await settle()
    expect(asked.at(-1)).toMatchObject({ fit: true, find_starts: true, at: { T: 3 } })
  })

  it('goes back to its start', async () => {
    formula.write('a*x')
    await settle()
    formula.fit()
    await settle()
    expect(formula.atStart).toBe(false)
    formula.backToStart()
    await settle()
    expect([formula.atStart, formula.stale, values()]).toEqual([true, 'moved', { a: 1 }])
  })

  it('has profiles on request, which stay while it is looked at', async () => {
    formula.write('a*x')
    formula.fit()
    await settle()
    formula.profile()
    await settle()
    expect(asked.at(-1)).toMatchObject({ fit: true, profiles: ['a'] })
    expect(formula.fitted?.profiles).toHaveLength(1)
    formula.hold('T', 1)
    await settle()
    expect(formula.fitted?.profiles).toHaveLength(1)
    formula.fit()
    await settle()
    expect(formula.fitted?.profiles).toHaveLength(0)
  })

  it('loses its fit with another text and keeps the values of constants that stay', async () => {
    formula.write('a*x')
    formula.fit()
    await settle()
    formula.write('a*x + b')
    expect(formula.fitted).toBeNull()
    await settle()
    expect(given(asked.at(-1))).toEqual({ a: 2 })
    expect(values()).toEqual({ a: 2, b: 1 })
  })

  it('writes one value per category into the text, and fits anew what was fitted', async () => {
    formula.write('a*x + b')
    formula.fit()
    await settle()
    formula.setCategories('a', 'T')
    await settle()
    expect(formula.text).toBe('a[T]*x + b')
    expect(asked.at(-1)).toMatchObject({ formula: 'a[T]*x + b', fit: true })
    expect(given(asked.at(-1))).toEqual({ a: 2, b: 2 })
    formula.setCategories('a', null)
    expect(formula.text).toBe('a*x + b')
  })

  it('tells that there is no answer, and tries again with the next change', async () => {
    const ask = vi.fn(() => Promise.reject(new TypeError('fetch failed')))
    formula = new DraftFormula(0, { ask, columns: () => ['x'], spanOf: () => null })
    formula.write('a*x')
    await settle()
    expect(formula.problem).not.toBeNull()
    formula.look()
    await settle()
    expect(ask).toHaveBeenCalledTimes(2)
  })
})
