/** Makes the φ of a formula's LaTeX recognisable in the typeset page. */
import type { FormulaView } from '../contract'
import { parseEdgeKey, type EdgeKey } from './edge_key'

/** `\varphi_{1,0,2}`, and as sympy itself prints `phi_1_0_2`: `\phi_{1 0 2}`. */
const PHI = /\\(?:var)?phi_\{\s*(\d+)\s*[,\s]\s*(\d+)\s*[,\s]\s*(\d+)\s*\}/g

/** Each spline's symbol carries its edge as `data-edge`. */
export function markEdges(latex: string): string {
  return latex.replace(
    PHI,
    (_, layer: string, source: string, target: string) =>
      `\\htmlData{edge=${layer}-${source}-${target}}{\\varphi_{${layer},${source},${target}}}`,
  )
}

/** The edge a marked symbol stands for. A comma would end KaTeX's attribute, so it travels as a hyphen. */
export function markedEdge(text: string | undefined): EdgeKey | null {
  const key = (text ?? '').replaceAll('-', ',')
  return parseEdgeKey(key) === null ? null : (key as EdgeKey)
}

/** The constant a marked number stands for, as `\\htmlData{constant=c3}{…}` put it there. */
export function markedConstant(text: string | undefined): string | null {
  return text === undefined || !/^\w+$/.test(text) ? null : text
}

/** A formula's LaTeX without the marks of its constants and terms, or of one kind of them only. */
export function withoutMarks(latex: string, kind: 'constant' | 'term' | null = null): string {
  let text = ''
  /** Open braces; true for those of a mark that goes. */
  const open: boolean[] = []
  for (let at = 0; at < latex.length; at += 1) {
    const sign = latex[at] ?? ''
    const mark = sign === '\\' ? /^\\htmlData\{(constant|term)=\w+\}\{/.exec(latex.slice(at, at + 300)) : null
    if (mark !== null && (kind === null || mark[1] === kind)) {
      open.push(true)
      at += mark[0].length - 1
    } else if (sign === '\\') {
      text += latex.slice(at, at + 2)
      at += 1
    } else if (sign === '{') {
      open.push(false)
      text += sign
    } else if (sign === '}' && open.pop() === true) {
      continue
    } else text += sign
  }
  return text
}

/** The edges that are still splines, in order of appearance. */
export function splinesIn(latex: string): EdgeKey[] {
  const found = [...latex.matchAll(PHI)].map(
    ([, layer, source, target]): EdgeKey => `${Number(layer)},${Number(source)},${Number(target)}`,
  )
  return [...new Set(found)]
}

/** One line a target: `name = formula`. */
export function formulaLines({ latex, outputs }: Pick<FormulaView, 'latex' | 'outputs'>): string[] {
  if (outputs.length < 2) return [latex]
  const inside = latex.replace(/\\(?:begin|end)\{[a-z]+\*?\}/g, '')
  const lines = inside.split(/\\\\\s*(?:\[[^\]]*\])?|\n/).map((line) => line.trim())
  const whole = lines.filter((line) => line !== '')
  return whole.length === outputs.length ? whole.map((line) => line.replaceAll('&', '')) : [latex]
}
