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

/** A number with its standard error: `3.1419 ± 0.00053`, digits down to the error's, at least four. */
export function formatWithError(value: Maybe, error: Maybe): string {
  if (!isNumber(value)) return NO_NUMBER
  if (!isNumber(error)) return formatNumber(value, 4)
  if (error === 0 || value === 0) return `${formatNumber(value, 4)} ± ${formatNumber(error, 2)}`
  const digits = Math.ceil(Math.log10(Math.abs(value) / error)) + 1
  return `${formatNumber(value, Math.min(12, Math.max(4, digits)))} ± ${formatNumber(error, 2)}`
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
