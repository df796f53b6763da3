/**
 * LaTeX whose terms may go on in the next line inside brackets as well.
 *
 * `\left( … \right)` is one piece that cannot be broken; plain brackets are not, and look the same around what is no
 * higher than a line. So those that stand in no group, and hold nothing tall, become plain ones.
 */

const LEFT = '\\left('
const RIGHT = '\\right)'
/** What is higher than a line and needs brackets that grow with it. */
const TALL = /\\(?:frac|dfrac|tfrac|sqrt|sum|int|begin)\b/

/** The place of the `\right)` that closes the `\left(` at a place; -1 when it is not there. */
function closing(latex: string, from: number): number {
  let open = 0
  for (let at = from; at < latex.length; at += 1) {
    if (latex.startsWith('\\left', at) && !/[A-Za-z]/.test(latex[at + 5] ?? '')) open += 1
    if (!latex.startsWith('\\right', at) || /[A-Za-z]/.test(latex[at + 6] ?? '')) continue
    open -= 1
    if (open === 0) return latex.startsWith(RIGHT, at) ? at : -1
  }
  return -1
}

export function breakable(latex: string): string {
  let depth = 0
  for (let at = 0; at < latex.length; at += 1) {
    if (latex[at] === '\\' && (latex[at + 1] === '{' || latex[at + 1] === '}')) at += 1
    else if (latex[at] === '{') depth += 1
    else if (latex[at] === '}') depth -= 1
    else if (depth === 0 && latex.startsWith(LEFT, at)) {
      const end = closing(latex, at)
      if (end === -1) return latex
      const inside = latex.slice(at + LEFT.length, end)
      if (TALL.test(inside)) continue
      const rest = latex.slice(end + RIGHT.length)
      return `${latex.slice(0, at)}(${breakable(inside)})${breakable(rest)}`
    }
  }
  return latex
}
