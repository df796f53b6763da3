/** A constant's slider: its whole way is the range that the server gives, in equal steps or, in decades, in equal factors. */
export const SLIDER_STEPS = 1000

export interface SliderRange {
  low: number
  high: number
  /** In decades: both ends are positive. */
  logarithmic: boolean
}

/** Where a value stands, 0 … 1; beyond an end it stands at it. */
export function shareOf({ low, high, logarithmic }: SliderRange, value: number): number {
  if (!(high > low)) return 0.5
  const share = logarithmic
    ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
    : (value - low) / (high - low)
  return Math.min(1, Math.max(0, share))
}

/** The value at a share of the way, with no more digits than tell the steps apart. */
export function valueAt({ low, high, logarithmic }: SliderRange, share: number): number {
  if (share <= 0) return low
  if (share >= 1) return high
  const value = logarithmic ? low * (high / low) ** share : low + share * (high - low)
  const step = (logarithmic ? value * Math.log(high / low) : high - low) / SLIDER_STEPS
  const digits = Math.max(0, Math.ceil(1 - Math.log10(step)))
  return digits > 15 ? Number(value.toPrecision(6)) : Number(value.toFixed(digits))
}

/** A key moves by a tenth of the standard error, with Shift by a whole one; without an error by a hundredth or a tenth of the way. */
export function nudged(
  range: SliderRange,
  value: number,
  error: number | null,
  direction: 1 | -1,
  far: boolean,
): number {
  if (error !== null && error > 0) return value + direction * (far ? 1 : 0.1) * error
  return valueAt(range, shareOf(range, value) + direction * (far ? 0.1 : 0.01))
}
