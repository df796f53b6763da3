/** KaTeX with its styles, in a part of its own that loads when needed. */
import katex from 'katex'
import 'katex/dist/katex.min.css'

/** Typeset into an element; false when the text is no valid formula. */
export function render(latex: string, into: HTMLElement, displayMode: boolean): boolean {
  try {
    katex.render(latex, into, {
      displayMode,
      output: 'htmlAndMathml',
      throwOnError: true,
      // \htmlData is the only command that is trusted.
      trust: ({ command }) => command === '\\htmlData',
      strict: 'ignore',
      maxExpand: 1000,
    })
    return true
  } catch {
    return false
  }
}
