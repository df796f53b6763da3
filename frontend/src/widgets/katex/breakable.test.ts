// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import { breakable } from './breakable'
import { render } from './render'

describe('a formula that may be broken', () => {
  it('has plain brackets around what is no higher than a line', () => {
    expect(breakable('\\left(a + b\\right)^{2} + c')).toBe('(a + b)^{2} + c')
    expect(breakable('2\\left(\\sin\\left(x\\right) + 1\\right)')).toBe('2(\\sin(x) + 1)')
  })

  it('keeps brackets that grow with what they hold, and all in groups, which are never broken', () => {
    for (const latex of [
      '\\left(\\frac{a}{b} + 1\\right)',
      'e^{\\left(a + b\\right)}',
      '\\sin{\\left(x \\right)}',
      '\\left|x\\right|',
      '\\left(a',
      'a \\leftarrow b',
    ])
      expect(breakable(latex)).toBe(latex)
  })

  it('goes on behind brackets that stay', () => {
    expect(breakable('\\left(\\frac{a}{b}\\right) + \\left(c + d\\right)')).toBe(
      '\\left(\\frac{a}{b}\\right) + (c + d)',
    )
  })

  it('falls into more pieces, and is still a formula', () => {
    const pieces = (latex: string): number => {
      const into = document.createElement('span')
      expect(render(latex, into, false)).toBe(true)
      return into.querySelectorAll('.katex-html > .katex-base').length
    }
    const whole = '\\left(0.4068\\sin{\\left(\\pi x \\right)} + 1.894 + y\\right)^{2}'
    expect(pieces(breakable(whole))).toBeGreaterThan(pieces(whole))
  })
})
