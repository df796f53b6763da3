import { describe, expect, it } from 'vitest'
import { categoryColumn, namesIn, quoted, withCategories, words } from './words'

const TEXT = 'Vm[state]*conc/(K + conc)'

describe('the words of a formula', () => {
  it('make it up, and say which are constants and which columns', () => {
    const found = words(TEXT, new Set(['Vm', 'K']), new Set(['conc', 'state']))
    expect(found.map(({ text }) => text).join('')).toBe(TEXT)
    expect(found.filter(({ kind }) => kind === 'constant').map(({ text }) => text)).toEqual(['Vm', 'K'])
    expect(found.filter(({ kind }) => kind === 'column').map(({ text }) => text)).toEqual([
      'state',
      'conc',
      'conc',
    ])
  })

  it('are names, not the letters of numbers', () => {
    expect([...namesIn('2.5e-3*e1 + exp(-k*`T (K)`)')]).toEqual(['e1', 'exp', 'k', 'T (K)'])
    expect(words('1e5*e', new Set(['e']), new Set()).map(({ kind }) => kind)).toEqual([
      'other',
      'other',
      'constant',
    ])
  })

  it('that are no plain words stand between backticks', () => {
    expect([quoted('conc'), quoted('T (K)'), quoted('Größe_2')]).toEqual(['conc', '`T (K)`', 'Größe_2'])
  })
})

describe('one value per category', () => {
  it('is written behind the constant wherever it stands, and taken away again', () => {
    const each = withCategories('Vm*conc/(K + conc) + Vm', 'Vm', 'state')
    expect(each).toBe('Vm[state]*conc/(K + conc) + Vm[state]')
    expect(categoryColumn(each, 'Vm')).toBe('state')
    expect(categoryColumn(each, 'K')).toBeNull()
    expect(withCategories(each, 'Vm', null)).toBe('Vm*conc/(K + conc) + Vm')
  })

  it('changes its column, leaves longer names alone, and quotes what must be quoted', () => {
    expect(withCategories('a[s]*x + a1 + `a b`', 'a', 'group no')).toBe('a[`group no`]*x + a1 + `a b`')
    expect(categoryColumn('a[`group no`]', 'a')).toBe('group no')
  })
})
