import { describe, expect, it } from 'vitest'
import { cutAt, fullName, isOwn, ownParts } from './own_function'

describe('functions that a person typed', () => {
  it('have a word before the equals sign, or none', () => {
    expect(ownParts('bump( x )=x*exp(-x^2)')).toEqual({ word: 'bump', text: 'x*exp(-x^2)' })
    expect(ownParts(' x*exp(-x^2) ')).toEqual({ word: null, text: 'x*exp(-x^2)' })
  })

  it('are written as the server writes them', () => {
    expect(fullName('bump (x)= x+1')).toBe('bump(x) = x+1')
    expect(fullName(' x+1 ')).toBe('x+1')
  })

  it('are told from what the library has', () => {
    for (const name of ['sin', 'x', 'x^2', 'x^1.5', '1/x^3', '1/sqrt', 'x*log(x)'])
      expect(isOwn(name)).toBe(false)
    for (const name of ['bump(x) = x', 'x*exp(-x)', '2*x', 'sin(x)/x']) expect(isOwn(name)).toBe(true)
  })
})

it('marks the place of a slip in what was typed, which is counted behind the equals sign', () => {
  expect(cutAt('bump(x) = x*exp(-y^2)', 8)).toEqual({ before: 'bump(x) = x*exp(-', at: 'y', after: '^2)' })
  expect(cutAt('x^^2', 3)).toEqual({ before: 'x^', at: '^', after: '2' })
  expect(cutAt('x*(', 4)).toEqual({ before: 'x*(', at: '␣', after: '' })
  expect(cutAt('bump(x) = ', 1)).toMatchObject({ at: '␣' })
})
