/** The frame of a draft's plots: axes that stand still while a constant is moved, since rows and the last fit decide on them. */
import type { DraftAnswer, DraftRows } from '../../contract'
import { axis, roomy, spanOf, suits, type Axis, type AxisKind, type Span } from './axis'

/** Room around a plot for what stands at its axes, in pixels. */
export const MARGIN = { left: 56, right: 16, top: 20, bottom: 40 } as const

/** The height that rows with their deviations need, widened for the fit by at most their own height on either side. */
export function heightOf(
  rows: Pick<DraftRows, 'y' | 'error'>,
  fitted: DraftAnswer | null,
  kind: AxisKind,
): Span | null {
  const usable = (value: number | null): number | null =>
    value === null || (kind !== 'linear' && value <= 0) ? null : value
  const measured = rows.y.flatMap((value, at) => {
    const sigma = rows.error[at] ?? 0
    return value === null ? [] : [value, value - sigma, value + sigma].map(usable)
  })
  const own = spanOf(measured)
  if (own === null) return null
  const drawn = spanOf(
    (fitted?.curves ?? []).flatMap(({ y, prediction_low, prediction_high }) =>
      [...y, ...prediction_low, ...prediction_high].map(usable),
    ),
  )
  if (drawn === null) return roomy(kind, own)
  const span = own.high - own.low
  // Where neither rows nor curves are below zero, a band alone does not lead there.
  const curves = spanOf((fitted?.curves ?? []).flatMap(({ y }) => y)) ?? own
  const ground = Math.min(own.low, curves.low) >= 0 ? 0 : -Infinity
  const low = Math.max(drawn.low, kind === 'linear' ? own.low - span : own.low / 10, ground)
  const high = Math.min(drawn.high, own.high + span)
  return roomy(kind, { low: Math.min(own.low, low), high: Math.max(own.high, high) })
}

/** A kind of axis that all values have a place on, else the linear one. */
export function possible(kind: AxisKind, values: readonly (number | null)[]): AxisKind {
  return suits(
    kind,
    values.filter((value) => value !== null),
  )
    ? kind
    : 'linear'
}

/** The axes of a plot of this size. */
export function frame(
  kinds: { x: AxisKind; y: AxisKind },
  spans: { x: Span; y: Span },
  width: number,
  height: number,
): { across: Axis; up: Axis } {
  const most = Math.max(2, Math.round(height / 75))
  return {
    across: axis(
      kinds.x,
      spans.x,
      MARGIN.left,
      Math.max(MARGIN.left + 1, width - MARGIN.right),
      Math.max(2, Math.round(width / 110)),
    ),
    up: axis(kinds.y, spans.y, Math.max(MARGIN.top + 1, height - MARGIN.bottom), MARGIN.top, most),
  }
}

/** Labels at these heights, moved apart so that none covers another. */
export function apart(heights: readonly number[], gap = 14): number[] {
  const order = heights.map((_, at) => at).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0))
  const placed = [...heights]
  let last = -Infinity
  for (const at of order) {
    const top = Math.max(placed[at] ?? 0, last + gap)
    placed[at] = top
    last = top
  }
  return placed
}
