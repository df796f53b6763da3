import { describe, expect, it } from 'vitest'
import { formulaLines, markedConstant, markedEdge, markEdges, splinesIn, withoutMarks } from './formula_parts'

describe('markEdges', () => {
  it('gives each spline its edge', () => {
    expect(markEdges('z = \\varphi_{1,0,2}(x)')).toBe('z = \\htmlData{edge=1-0-2}{\\varphi_{1,0,2}}(x)')
  })

  it("understands sympy's own print", () => {
    expect(markEdges('\\phi_{1 0 12}')).toContain('edge=1-0-12')
  })

  it('leaves other symbols alone', () => {
    expect(markEdges('\\varphi_{1,0} + \\sin x')).toBe('\\varphi_{1,0} + \\sin x')
  })
})

describe('markedEdge', () => {
  it('reads what markEdges wrote', () => {
    expect(markedEdge('1-0-2')).toBe('1,0,2')
    expect(markedEdge('nonsense')).toBeNull()
    expect(markedEdge(undefined)).toBeNull()
  })
})

describe('marked constants', () => {
  it('are found again, and can be taken out of the formula', () => {
    const marked =
      'z = \\htmlData{constant=c1}{2 \\cdot 10^{-5}} x + \\htmlData{constant=g}{\\sqrt{\\frac{1}{2}}}'
    expect(withoutMarks(marked)).toBe('z = 2 \\cdot 10^{-5} x + \\sqrt{\\frac{1}{2}}')
    const nested = '\\htmlData{term=t1}{2 \\sin{\\left(\\htmlData{constant=c1}{3} x \\right)}} + \\{y\\}'
    expect(withoutMarks(nested)).toBe('2 \\sin{\\left(3 x \\right)} + \\{y\\}')
    expect(withoutMarks(nested, 'term')).toBe(
      '2 \\sin{\\left(\\htmlData{constant=c1}{3} x \\right)} + \\{y\\}',
    )
    expect(markedConstant('c1')).toBe('c1')
    expect(markedConstant('1-0-2')).toBeNull()
    expect(markedConstant(undefined)).toBeNull()
  })
})

describe('splinesIn', () => {
  it('names each spline once', () => {
    expect(splinesIn('\\varphi_{1,0,2}(\\varphi_{0,0,2}(x)) + \\varphi_{0,0,2}(x)')).toEqual([
      '1,0,2',
      '0,0,2',
    ])
  })
})

describe('formulaLines', () => {
  const output = { target: 'z', sympy: '', latex: '', latex_full: '' }

  it('keeps a single formula whole', () => {
    expect(formulaLines({ latex: 'z = x', outputs: [output] })).toEqual(['z = x'])
  })

  it('gives each target a line', () => {
    expect(formulaLines({ latex: 'z = x \\\\ w = y', outputs: [output, output] })).toEqual(['z = x', 'w = y'])
  })

  it('gives each target of an aligned block a line', () => {
    const latex = '\\begin{aligned} z &= x \\\\ w &= y \\end{aligned}'
    expect(formulaLines({ latex, outputs: [output, output] })).toEqual(['z = x', 'w = y'])
  })

  it('does not tear apart what it does not understand', () => {
    expect(formulaLines({ latex: 'z = x', outputs: [output, output] })).toEqual(['z = x'])
  })
})
