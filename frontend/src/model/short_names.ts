/** Names cut to the room there is, by how wide their letters are: in a drawing nothing else cuts them. */

/** Widths in ems of the page's sans serif at medium weight, a little more than they are. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[ijl.,:;'|!]/, 0.31],
  [/[ft()[\]/\- r]/, 0.42],
  [/[mw]/, 0.92],
  [/[MW@%]/, 1.02],
  [/[A-Z_0-9]/, 0.74],
  [/[\u2e80-\uffef]/, 1.05],
]
const USUAL = 0.62

function widthOf(letter: string): number {
  return WIDTHS.find(([letters]) => letters.test(letter))?.[1] ?? USUAL
}

/** The name, or its beginning with an ellipsis, in at most so many ems. */
export function shortened(name: string, ems: number): string {
  const letters = [...name]
  const widths = letters.map(widthOf)
  if (widths.reduce((sum, width) => sum + width, 0) <= ems) return name
  let left = ems - widthOf('…')
  const end = widths.findIndex((width) => (left -= width) < 0)
  return `${letters.slice(0, Math.max(1, end)).join('').trimEnd()}…`
}
