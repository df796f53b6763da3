/**
 * Edge functions as small plots: honest axes and path data. Used by marks and by the canvas layer alike.
 */
import { roundUp } from './ticks'

/** Vertical window of a small plot: values from `low` to `high` fill its height. */
export interface Window {
  low: number
  high: number
}

/** A rectangle in the coordinates of the drawing. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** Smallest and largest finite value, or null when there is none. */
export function extent(values: ArrayLike<number>): Window | null {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high && Number.isFinite(low) && Number.isFinite(high) ? { low, high } : null
}

/**
 * Half the height of the axis that all small plots of a layer share.
 *
 * It is a round number, large enough for the widest curve, and also for the largest value where that costs
 * little; it changes only when a curve no longer fits or half of it would do, so that axes stand still while training.
 */
export function sharedHalfRange(extents: readonly (Window | null)[], previous?: number): number {
  let span = 0
  let largest = 0
  for (const each of extents) {
    if (each === null) continue
    span = Math.max(span, each.high - each.low)
    largest = Math.max(largest, Math.abs(each.low), Math.abs(each.high))
  }
  const needed = Math.max(span / 2, Math.min(largest, span * 0.8)) * 1.04
  if (needed === 0) return previous ?? 1
  if (previous !== undefined && needed <= previous && needed > previous * 0.45) return previous
  return roundUp(needed)
}

/**
 * The window of one plot on the shared axis: centred at zero when the curve fits there, else moved just
 * far enough. The scale is the same for all plots of a layer; only a constant offset moves a window.
 */
export function windowFor(values: Window | null, half: number): Window {
  if (values === null) return { low: -half, high: half }
  const pad = half * 0.04
  let centre = 0
  if (values.high > half - pad) centre = values.high - half + pad
  else if (values.low < -half + pad) centre = values.low + half - pad
  if (centre !== 0 && values.high - values.low > 2 * (half - pad)) centre = (values.high + values.low) / 2
  return { low: centre - half, high: centre + half }
}

/** Vertical position of a value in a box, clamped a little outside so that broken data cannot draw far away. */
export function toY(value: number, window: Window, box: Box): number {
  const share = (value - window.low) / (window.high - window.low)
  return box.y + box.height * (1 - Math.min(1.5, Math.max(-0.5, share)))
}

/** SVG path of a curve in a box; values that are not finite interrupt the line. One decimal is a tenth of a pixel. */
export function curvePath(values: ArrayLike<number>, window: Window, box: Box): string {
  const last = Math.max(1, values.length - 1)
  let path = ''
  let pen = 'M'
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN
    if (!Number.isFinite(value)) {
      pen = 'M'
      continue
    }
    const x = Math.round((box.x + (box.width * i) / last) * 10) / 10
    const y = Math.round(toY(value, window, box) * 10) / 10
    path += `${pen}${x} ${y}`
    pen = 'L'
  }
  return path
}

/** SVG path of density bars standing on the bottom of a box. */
export function densityPath(density: ArrayLike<number>, box: Box): string {
  const step = box.width / Math.max(1, density.length)
  const width = Math.round(step * 7) / 10
  let path = ''
  for (let i = 0; i < density.length; i++) {
    const height = Math.round((density[i] ?? 0) * box.height * 10) / 10
    if (!(height > 0)) continue
    const x = Math.round((box.x + i * step + (step - width) / 2) * 10) / 10
    path += `M${x} ${box.y + box.height}v${-height}h${width}v${height}z`
  }
  return path
}

/** Width of a wire: importance, on a scale that fits the size of the plots. */
export function wireWeight(importance: number, plotHeight: number): number {
  const widest = Math.max(1.5, (plotHeight / 76) * 6.5)
  const share = Math.min(1, Math.max(0, importance))
  return Math.round((1 + (widest - 1) * share) * 10) / 10
}

/** Where curve and density lie inside a small plot of this size, in the plot's own coordinates. */
export function plotAreas(width: number, height: number): { curve: Box; density: Box } {
  const inset = Math.max(2, Math.min(8, height * 0.11))
  const bars = Math.max(3, height * 0.12)
  return {
    curve: { x: inset, y: inset, width: width - 2 * inset, height: height - 1.6 * inset - bars * 0.6 },
    density: { x: inset, y: height - bars - 2, width: width - 2 * inset, height: bars },
  }
}
