import { describe, expect, it } from 'vitest'
import { EQUATION_EXAMPLES, exampleOf } from './equation_examples'
import { fieldOf, nameOf, namesOf, readBound, readForm, type EquationForm } from './equation_form'

const HEAT: EquationForm = {
  unknowns: 'u',
  inputs: [
    { name: ' x ', low: '0', high: '2*pi' },
    { name: 't', low: '-1', high: '1' },
  ],
  text: 'u_t = u_xx\n\n u = sin(x) at t = 0\n',
  points: 500,
}

function flawOf(part: Partial<EquationForm>) {
  return readForm({ ...HEAT, ...part }).flaw
}

describe('the form of equations', () => {
  it('becomes what the server is told', () => {
    expect(readForm(HEAT).body).toEqual({
      inputs: [
        { name: 'x', low: 0, high: 2 * Math.PI },
        { name: 't', low: -1, high: 1 },
      ],
      unknowns: ['u'],
      equations: ['u_t = u_xx', 'u = sin(x) at t = 0'],
      points: 500,
    })
  })

  it.each([
    ['1.5', 1.5],
    [' -2e3 ', -2000],
    ['\u22121', -1],
    ['pi', Math.PI],
    ['-pi/2', -Math.PI / 2],
    ['2*pi', 2 * Math.PI],
    ['3 π / 4', (3 * Math.PI) / 4],
    ['', null],
    ['x', null],
    ['pi/0', null],
    ['Infinity', null],
  ])('reads the end “%s” of a range as %s', (text, value) => {
    const read = readBound(text)
    if (value === null) expect(read).toBeNull()
    else expect(read).toBeCloseTo(value, 12)
  })

  it('takes names apart at commas and spaces', () => {
    expect(namesOf(' a, b;c  d ')).toEqual(['a', 'b', 'c', 'd'])
  })

  it('says beside which field something is missing', () => {
    expect(flawOf({ unknowns: ' ' })?.field).toBe('unknowns')
    expect(flawOf({ text: '\n' })?.field).toBe('equations')
    expect(flawOf({ inputs: [{ name: '', low: '0', high: '1' }] })).toMatchObject({ field: 'inputs', row: 0 })
    expect(flawOf({ inputs: [{ name: 'x', low: '0', high: 'far' }] })?.text).toMatch('which number')
    expect(flawOf({ inputs: [{ name: 'x', low: '1', high: '1' }] })?.text).toMatch('lower number')
  })

  it('refuses a name that stands for two things', () => {
    expect(flawOf({ unknowns: 'u, u' })).toEqual({ field: 'unknowns', text: 'u is named twice.' })
    expect(flawOf({ unknowns: 'x' })).toEqual({ field: 'inputs', text: 'x is named twice.' })
  })

  it('knows which field a problem of the server is about', () => {
    expect(fieldOf(['inputs[0].high'])).toBe('inputs')
    expect(fieldOf(['unknowns[0]', 'inputs'])).toBe('unknowns')
    expect(fieldOf(['points'])).toBe('equations')
    expect(fieldOf([])).toBe('equations')
  })

  it('names the session after its first equation, as far as it fits', () => {
    expect(nameOf('\n u_t = u_xx\nu = 0 at x = 0')).toBe('u_t = u_xx')
    expect(nameOf('u = '.padEnd(100, '1'))).toHaveLength(60)
  })
})

describe('the examples', () => {
  it.each(EQUATION_EXAMPLES.map((example) => [example.title, example] as const))(
    '%s can be sent as they are and are known again',
    (title, example) => {
      expect(readForm(example).flaw).toBeNull()
      const { unknowns, inputs, text, points } = example
      expect(exampleOf({ unknowns, inputs: [...inputs], text, points })?.title).toBe(title)
      expect(exampleOf({ unknowns, inputs, text: `${text}\n`, points })).toBeNull()
    },
  )
})
