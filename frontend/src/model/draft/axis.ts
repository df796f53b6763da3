/** Axes of the plot of a draft: linear, logarithmic or reciprocal, from values to pixels, with round ticks. */
import { formatNumber } from '../numbers'
import { logTicks } from '../log_ticks'
import { ticks } from '../ticks'

export type AxisKind = 'linear' | 'log' | 'reciprocal'

/** Where an axis begins and ends, in values. */
export interface Span {
  low: number
  high: number
}

export interface Tick {
  at: number
  text: string
}

export interface Axis {
  kind: AxisKind
  /** The pixel of a value; NaN where the axis has no place for it. */
  place: (value: number) => number
  ticks: readonly Tick[]
}

/** What the axis is linear in. */
function along(kind: AxisKind, value: number): number {
  if (kind === 'log') return value > 0 ? Math.log10(value) : NaN
  if (kind === 'reciprocal') return value === 0 ? NaN : 1 / value
  return value
}

/** Whether all of a span has a place on such an axis. */
export function suits(kind: AxisKind, values: readonly number[]): boolean {
  if (kind === 'linear') return true
  return values.length > 0 && values.every((value) => value > 0)
}

/** The least and the greatest of what is finite; null when nothing is. */
export function spanOf(values: Iterable<number | null | undefined>): Span | null {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return low <= high ? { low, high } : null
}

/** A span with room at its ends, as this kind of axis measures room; zero stays an end where it is near. */
export function roomy(kind: AxisKind, { low, high }: Span, share = 0.05): Span {
  if (kind === 'log') {
    const factor = low > 0 ? Math.max((high / low) ** share, 1.02) : 1
    return { low: low / factor, high: high * factor }
  }
  const room = share * (high - low || Math.abs(high) || 1)
  const lower = low >= 0 && low - room < 0.25 * high && kind === 'linear' ? Math.min(0, low) : low - room
  if (kind === 'linear') return { low: lower, high: high + room }
  // In 1/x the room is measured there.
  const [far, near] = [1 / low, 1 / high]
  const gap = share * (far - near || Math.abs(far) || 1)
  return { low: 1 / (far + gap), high: near - gap > 0 ? 1 / (near - gap) : high * (1 + share) }
}

function tickValues(kind: AxisKind, { low, high }: Span, count: number): { value: number; text: string }[] {
  if (kind === 'log') return logTicks(low, high, count).map((value) => ({ value, text: formatNumber(value) }))
  if (kind === 'reciprocal')
    return ticks(1 / high, 1 / low, count)
      .filter((each) => each > 0)
      .map((each) => ({ value: 1 / each, text: formatNumber(each) }))
  return ticks(low, high, count).map((value) => ({ value, text: formatNumber(value) }))
}

/** An axis from pixel `from` to pixel `to`; a reciprocal one names 1/x at its ticks, which is what it is linear in. */
export function axis(kind: AxisKind, span: Span, from: number, to: number, count = 6): Axis {
  const ends = [along(kind, span.low), along(kind, span.high)] as const
  // To the right and upwards 1/x grows.
  const [first, last] = kind === 'reciprocal' ? [ends[1], ends[0]] : ends
  const width = last - first || 1
  const place = (value: number): number => from + ((along(kind, value) - first) / width) * (to - from)
  return {
    kind,
    place,
    ticks: tickValues(kind, span, count).map(({ value, text }) => ({ at: place(value), text })),
  }
}
