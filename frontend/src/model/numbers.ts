/**
 * Numbers for the screen: few significant digits, a real minus sign, never "NaN".
 * Copies and exports do not come through here; they keep full precision.
 */

/** Shown where there is no number: absent, infinite or undefined. */
export const NO_NUMBER = '–'

const MINUS = '\u2212'

type Maybe = number | null | undefined

function isNumber(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** Replaces every hyphen-minus by the minus sign U+2212. */
function withMinus(text: string): string {
  return text.replaceAll('-', MINUS)
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** `1.5e-4`: mantissa and exponent without padding. */
function scientific(value: number, digits: number): string {
  const [mantissa = '0', exponent = '0'] = value.toExponential(digits - 1).split('e')
  return `${withoutTrailingZeros(mantissa)}e${exponent.replace('+', '')}`
}

/** Significant digits; powers of ten outside 0.001 … 99,999 are written with an exponent. */
export function formatNumber(value: Maybe, digits = 3): string {
  if (!isNumber(value)) return NO_NUMBER
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size < 1e-3 || size >= 1e5) return withMinus(scientific(value, digits))
  if (size >= 10 ** digits) return withMinus(value.toFixed(0))
  return withMinus(withoutTrailingZeros(value.toPrecision(digits)))
}

/** An error: two significant digits, always comparable at a glance (`1.5e-4`, `0.013`, `2.4`). */
export function formatError(value: Maybe): string {
  if (!isNumber(value)) return NO_NUMBER
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size < 0.01 || size >= 1e4) return withMinus(Number(value).toExponential(1))
  return withMinus(size >= 100 ? value.toFixed(0) : value.toPrecision(2))
}

/** A number with its standard error, both down to the error's first digit, or its second where that is 1: `9.88 ± 0.10`. */
export function formatWithError(value: Maybe, error: Maybe): string {
  if (!isNumber(value)) return NO_NUMBER
  if (!isNumber(error) || error <= 0) return formatNumber(value, 4)
  // More digits than can be read at a glance.
  if (error < 1e-6 * Math.abs(value)) return `${formatNumber(value, 7)} ± ${formatNumber(error, 2)}`
  const [digits = '1', power = '0'] = error.toExponential(1).split('e')
  const last = Number(power) - (digits.startsWith('1') ? 1 : 0)
  const large = Math.max(Math.abs(value), error)
  // What is tiny or huge has one power of ten for both.
  if (large < 1e-3 || large >= 1e6) {
    const exponent = Math.floor(Math.log10(large))
    const decimals = Math.min(12, Math.max(0, exponent - last))
    const [a, b] = [value, error].map((each) => (each / 10 ** exponent).toFixed(decimals))
    return withMinus(`(${a ?? ''} ± ${b ?? ''})e${exponent}`)
  }
  if (last < 0)
    return withMinus(`${value.toFixed(Math.min(12, -last))} ± ${error.toFixed(Math.min(12, -last))}`)
  const round = (each: number): string => String(Math.round(each / 10 ** last) * 10 ** last)
  return withMinus(`${round(value)} ± ${round(error)}`)
}

/** Whole numbers with thousands separated by a comma. */
export function formatCount(value: Maybe): string {
  if (!isNumber(value)) return NO_NUMBER
  return withMinus(
    Math.round(value)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, ','),
  )
}

/** A count with its noun: `1 edge`, `1,000 rows`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${count === 1 ? noun : `${noun}s`}`
}

/** A share 0 … 1 as percent: `3 %`, `0.25 %`. */
export function formatPercent(share: Maybe): string {
  if (!isNumber(share)) return NO_NUMBER
  const percent = share * 100
  const text =
    percent >= 1 || percent === 0 ? percent.toFixed(0) : withoutTrailingZeros(percent.toPrecision(2))
  return `${withMinus(text)}\u00a0%`
}

/** Position 0 … 1 of a value between two limits on a logarithmic scale, clamped. */
export function logShare(value: Maybe, low: number, high: number): number {
  if (!isNumber(value) || value <= 0) return 0
  const from = Math.log10(Math.max(low, 1e-300))
  const to = Math.log10(Math.max(high, 1e-300))
  if (to <= from) return 1
  return Math.min(1, Math.max(0, (Math.log10(value) - from) / (to - from)))
}
