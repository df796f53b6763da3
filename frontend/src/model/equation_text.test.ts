import { describe, expect, it } from 'vitest'
import { faultOf, linesOf, offsetOf } from './equation_text'

describe('equations as text', () => {
  it('are sent line by line without blank ones, and counted as the person sees them', () => {
    const text = '  u_t = u_xx \n\nu = z at x = 0\n\n'
    expect(linesOf(text)).toEqual(['u_t = u_xx', 'u = z at x = 0'])
    const said = { detail: 'Line 2, position 5: there is no input called z', hint: 'Equations look like …' }
    expect(faultOf({ ...said, line: 2, position: 5 }, text)).toEqual({
      text: 'Line 3, position 5: there is no input called z',
      place: { line: 3, position: 5 },
    })
    expect(linesOf('')).toEqual([])
    expect(linesOf(' \n ')).toEqual([])
  })

  it('have a mistake where the problem says, whatever its sentence looks like', () => {
    const said = { detail: 'Line 9, position 9 is quoted here only', hint: null }
    expect(faultOf({ ...said, line: 1, position: 7 }, 'u = 1').place).toEqual({ line: 1, position: 7 })
    expect(faultOf({ ...said, line: 1, position: null }, 'u = 1').place).toEqual({ line: 1, position: 1 })
    expect(faultOf({ ...said, line: null, position: null }, 'u = 1').place).toBeNull()
  })

  it('are explained by a hint where no place is named', () => {
    const said = { detail: 'An equation that holds everywhere is missing.', hint: 'Write one without at.' }
    const { text } = faultOf({ ...said, line: null, position: null }, 'u = 0 at x = 0')
    expect(text).toBe(`${said.detail} ${said.hint}`)
  })

  it('have the caret put before the mistake, also in a line that begins with spaces', () => {
    const text = 'u_t = u_xx\n  u = z at x = 0'
    const at = offsetOf(text, { line: 2, position: 5 })
    expect(text.slice(at, at + 1)).toBe('z')
  })

  it('keep the caret within the line that is meant', () => {
    expect(offsetOf('u = 1\nu_x = 0', { line: 1, position: 99 })).toBe(5)
    expect(offsetOf('u = 1', { line: 9, position: 1 })).toBe(0)
  })
})
