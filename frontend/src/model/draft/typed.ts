/** Numbers as a person types them, and as they stand in a field. */

/** The number that a text is, in any of the usual writings; null when it is none. */
export function readNumber(text: string): number | null {
  const plain = text
    .trim()
    .replaceAll('\u2212', '-')
    .replace(/,(?=\d*$|\d+e)/i, '.')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null
  const value = Number(plain)
  return Number.isFinite(value) ? value : null
}

/** Digits down to the error's second, five without one; a text that a field reads back. */
export function digitsFor(value: number, error: number | null): string {
  if (value === 0 || !Number.isFinite(value)) return String(value)
  const known = error !== null && error > 0 ? Math.ceil(Math.log10(Math.abs(value) / error)) + 1 : 5
  const short = Number(value.toPrecision(Math.min(12, Math.max(4, known))))
  const size = Math.abs(short)
  return size >= 1e6 || size < 1e-3 ? short.toExponential().replace('e+', 'e') : String(short)
}
