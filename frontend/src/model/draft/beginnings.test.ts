import { describe, expect, it } from 'vitest'
import { beginnings, beginWith } from './beginnings'
import { namesIn } from './words'

const FUNCTIONS = new Set(['exp', 'cos'])

describe('a formula to begin with', () => {
  it.each(beginnings.map((each) => [each.title, each] as const))(
    '%s names its constants, all of them and nothing else',
    (_, each) => {
      const names = [...namesIn(beginWith(each, 'x', []))].filter((name) => !FUNCTIONS.has(name))
      expect(new Set(names)).toEqual(new Set([...each.constants, 'x']))
    },
  )

  it('speaks of the column of the session', () => {
    const menten = beginnings.find(({ title }) => title === 'Michaelis–Menten')
    if (menten === undefined) throw new Error('not there')
    expect(beginWith(menten, 'conc', ['conc'])).toBe('Vm*conc/(K + conc)')
    expect(beginWith(menten, 'T (K)', ['T (K)'])).toBe('Vm*`T (K)`/(K + `T (K)`)')
  })

  it('calls no constant like a column', () => {
    const line = beginnings[0]
    if (line === undefined) throw new Error('not there')
    expect(beginWith(line, 'a', ['a', 'b', 'b_1'])).toBe('a_1 + b_2*a')
  })
})
