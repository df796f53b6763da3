/** The words of a formula as it is typed: which are constants, and where a constant has one value per category. */

export interface Word {
  text: string
  kind: 'constant' | 'column' | 'other'
}

const NAME = /`[^`]*`|[\p{L}_][\p{L}\p{N}_]*/gu
/** Digits, so that the e of 1e-3 is no name. */
const PIECE = /`[^`]*`|[\p{L}_][\p{L}\p{N}_]*|\d[\d.]*(?:[eE][+-]?\d+)?|\s+|./gsu

function bare(word: string): string {
  return word.startsWith('`') ? word.slice(1, -1) : word
}

function isName(piece: string): boolean {
  return /^[`\p{L}_]/u.test(piece)
}

/** A column's name as it stands in a formula: between backticks unless it is a plain word. */
export function quoted(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `\`${name}\``
}

/** The formula in pieces that make it up, each with what it is. */
export function words(
  text: string,
  constants: ReadonlySet<string>,
  columns: ReadonlySet<string>,
): readonly Word[] {
  return (text.match(PIECE) ?? []).map((piece) => {
    const name = isName(piece) ? bare(piece) : null
    if (name === null) return { text: piece, kind: 'other' }
    if (constants.has(name)) return { text: piece, kind: 'constant' }
    return { text: piece, kind: columns.has(name) ? 'column' : 'other' }
  })
}

/** Every name that the formula mentions. */
export function namesIn(text: string): ReadonlySet<string> {
  const withoutNumbers = text.replace(/(^|[^\p{L}\p{N}_`])\d[\d.]*(?:[eE][+-]?\d+)?/gu, '$1 ')
  return new Set((withoutNumbers.match(NAME) ?? []).map(bare))
}

/** Where a name stands, with the brackets behind it. */
function places(text: string, name: string): { from: number; to: number; column: string | null }[] {
  const found: { from: number; to: number; column: string | null }[] = []
  for (const match of text.matchAll(NAME)) {
    if (bare(match[0]) !== name) continue
    const end = match.index + match[0].length
    const brackets = /^\s*\[([^\]]*)\]/u.exec(text.slice(end))
    const to = end + (brackets?.[0].length ?? 0)
    found.push({ from: match.index, to, column: brackets === null ? null : bare((brackets[1] ?? '').trim()) })
  }
  return found
}

/** The column that a constant has one value per category of; null when it has one value. */
export function categoryColumn(text: string, name: string): string | null {
  return places(text, name).find(({ column }) => column !== null)?.column ?? null
}

/** The formula with one value of a constant per category of a column, `name[column]` wherever it stands; with one value for null. */
export function withCategories(text: string, name: string, column: string | null): string {
  const written = column === null ? quoted(name) : `${quoted(name)}[${quoted(column)}]`
  return places(text, name).reduceRight(
    (whole, { from, to }) => `${whole.slice(0, from)}${written}${whole.slice(to)}`,
    text,
  )
}
