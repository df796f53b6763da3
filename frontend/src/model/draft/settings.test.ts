import { describe, expect, it } from 'vitest'
import {
  changed,
  completed,
  disagreement,
  distinct,
  partsOf,
  pinned,
  question,
  said,
  UNSET,
} from './settings'

const LOOK = { x: 'conc', span: null, at: {} }

describe('what is set of constants', () => {
  it('is said of those that the formula mentions', () => {
    const settings = changed(changed({}, 'K', { value: 0.05, low: 0 }), 'gone', { value: 3 })
    expect(said(settings, 'Vm*conc/(K + conc)')).toEqual([
      { name: 'K', category: null, value: 0.05, low: 0, high: null, fixed: false, same_as: null },
    ])
  })

  it('is said of a category only while there is one value for each', () => {
    const settings = changed(changed({}, 'Vm[treated]', { value: 200 }), 'Vm', { value: 180 })
    expect(said(settings, 'Vm*conc').map(({ category }) => category)).toEqual([null])
    expect(said(settings, 'Vm[state]*conc').map(({ category, value }) => [category, value])).toEqual([
      ['treated', 200],
      [null, 180],
    ])
  })

  it('keeps bounds and fixing when values are pinned', () => {
    const settings = changed({}, 'K', { low: 0, fixed: true })
    const constants = [{ key: 'K', value: 2 }] as Parameters<typeof pinned>[1]
    expect(pinned(settings, constants)).toEqual({ K: { value: 2, low: 0, high: null, fixed: true } })
  })

  it('completes what is set without touching it', () => {
    const constants = [
      { key: 'K', value: 2 },
      { key: 'Vm', value: 7 },
    ] as Parameters<typeof pinned>[1]
    const settings = completed(changed({}, 'K', { value: 1 }), constants)
    expect([settings['K']?.value, settings['Vm']?.value]).toEqual([1, 7])
  })

  it('has its name and its category in its key', () => {
    expect(partsOf('Vm[un[1]treated]')).toEqual({ name: 'Vm', category: 'un[1]treated' })
    expect(partsOf('K')).toEqual({ name: 'K', category: null })
  })
})

describe('a question about a draft', () => {
  it('says the formula without the space around it, and leaves what is not set to the server', () => {
    expect(question(1, ' a*conc ', {}, LOOK, { fit: true })).toEqual({
      formula: 'a*conc',
      target: 1,
      constants: [],
      x: 'conc',
      at: {},
      fit: true,
    })
    const asked = question(0, 'a*conc', {}, { x: null, span: { low: 0, high: 2 }, at: { t: 3 } })
    expect(asked).toMatchObject({ x_low: 0, x_high: 2, at: { t: 3 } })
    expect('x' in asked).toBe(false)
  })
})

describe('formulas of several targets', () => {
  const setting = (name: string, value: number) => ({
    ...UNSET,
    name,
    category: null,
    value,
    same_as: null,
  })

  it('may share a constant that has one value', () => {
    expect(disagreement([setting('a', 1), setting('b', 2), setting('a', 1)])).toBeNull()
    expect(disagreement([setting('a', 1), setting('a', 2)])).toBe('a')
    expect(distinct([setting('a', 1), setting('b', 2), setting('a', 1)])).toHaveLength(2)
  })
})
