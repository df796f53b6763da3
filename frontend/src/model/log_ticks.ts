/** Ticks of a logarithmic axis: whole decades where there are enough, else 1, 2, 5 within them, else round numbers. */
import { ticks } from './ticks'

function decades(low: number, high: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9)
  const last = Math.floor(Math.log10(high) + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
}

/** Values between two positive limits, at most about `most` of them. */
export function logTicks(low: number, high: number, most = 4): number[] {
  if (!(low > 0) || !(high > low)) return []
  const whole = decades(low, high)
  if (whole.length >= 2) {
    const every = Math.ceil(whole.length / most)
    return whole.filter((_, at) => (whole.length - 1 - at) % every === 0).map((power) => 10 ** power)
  }
  const from = Math.floor(Math.log10(low))
  const within = [from, from + 1].flatMap((power) =>
    [1, 2, 5]
      .map((digit) => Number((digit * 10 ** power).toPrecision(1)))
      .filter((value) => value >= low && value <= high),
  )
  // On so short a stretch equal steps stand nearly as far apart as equal factors.
  return within.length > 2 ? within : ticks(low, high, most)
}

/** `0.02`, and `2·10⁻⁵` where the zeros would be counted; powers are written as Plotly reads them. */
export function tickText(value: number): string {
  if (value >= 0.01 && value < 1e4) return String(value)
  const [mantissa = '1', exponent = '0'] = value.toExponential().split('e')
  const power = `10<sup>${exponent.replace('+', '').replace('-', '\u2212')}</sup>`
  return mantissa === '1' ? power : `${mantissa}·${power}`
}
