/** Functions that a person typed: `bump(x) = x*exp(-x^2)`, or a bare text. */

/** What the library has: a word, or a power, a reciprocal and the like. */
const LIBRARY = /^(\w+|x\^[\d.]+|1\/(x(\^\d)?|sqrt)|x\*log\(x\))$/
const DEFINITION = /^\s*([A-Za-z]\w*)\s*\(\s*x\s*\)\s*=\s*(.+)$/s

/** The word before `(x) =` and the text; the word is null when there is none. */
export function ownParts(name: string): { word: string | null; text: string } {
  const match = DEFINITION.exec(name)
  return match === null
    ? { word: null, text: name.trim() }
    : { word: match[1] ?? null, text: (match[2] ?? '').trim() }
}

/** Whether a name can only be a function somebody typed. */
export function isOwn(name: string): boolean {
  return name.trim() !== '' && !LIBRARY.test(name.trim())
}

/** As the server writes it: one space around the equals sign. */
export function fullName(typed: string): string {
  const { word, text } = ownParts(typed)
  return word === null ? text : `${word}(x) = ${text}`
}

/** A typed function cut at the place of a slip, which the server counts from 1 in what follows the equals sign. */
export function cutAt(name: string, position: number): { before: string; at: string; after: string } {
  const { text } = ownParts(name)
  const start = name.length - text.length + position - 1
  // Where the text ends too early there is nothing to mark but the place.
  return {
    before: name.slice(0, start),
    at: name.slice(start, start + 1) || '\u2423',
    after: name.slice(start + 1),
  }
}
