/** The large plot of an edge as a figure. */
import type { EdgeDetail } from '../../contract'
import type { Build } from '../../widgets/plot/figure'

export interface EdgeFigure {
  /** In the network's units. */
  x: readonly number[]
  y: readonly number[]
  detail: EdgeDetail | null
  preview: readonly (number | null)[] | null
  symbolic: boolean
  xTitle: string
  /** What leaves the edge in its target's unit is so many times the network's. */
  yScale: number
}

/** The value below which a share of the sorted values lies. */
function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.round(share * (sorted.length - 1))]
}

/**
 * The curve decides the vertical range; points widen it by at most the curve's own span on either side, so that
 * what is left unexplained never makes the curve itself unreadable.
 */
export function verticalRange(y: readonly number[], points: readonly number[]): [number, number] | null {
  if (y.length === 0) return null
  const sorted = [...points].sort((a, b) => a - b)
  const low = Math.min(...y)
  const high = Math.max(...y)
  const below = quantile(sorted, 0.02) ?? low
  const above = quantile(sorted, 0.98) ?? high
  const span = Math.max(high - low, 0.1 * (above - below), 1e-12)
  const from = Math.min(low, Math.max(below, low - span))
  const to = Math.max(high, Math.min(above, high + span))
  const pad = 0.06 * Math.max(to - from, 1e-12)
  return [from - pad, to + pad]
}

/** Learned curve, the data it must explain, a rug of where the data lie, and the candidate over it. */
export function edgeFigure({ x, y, detail, preview, symbolic, xTitle, yScale }: EdgeFigure): Build {
  const shift = detail?.source_shift ?? 0
  const scale = detail?.source_scale ?? 1
  const raw = (values: readonly number[]): number[] => values.map((value) => shift + scale * value)
  const out = (value: number): number => yScale * value
  const heights = y.map(out)
  const points = (detail?.data_y ?? []).map(out)
  const rug = detail === null ? [] : raw(detail.data_x)
  const [low, high] = [raw(x)[0], raw(x).at(-1)]
  const pad = low === undefined || high === undefined ? 0 : (high - low) * 0.02
  const range = low === undefined || high === undefined ? {} : { range: [low - pad, high + pad] }
  const vertical = verticalRange(heights, points)
  return (colours) => ({
    traces: [
      {
        type: 'scatter',
        mode: 'markers',
        x: rug,
        y: points,
        // The area of a point is what its row counts; the lightest stays a dot.
        marker: {
          size: detail?.weight?.map((weight) => 1 + 4 * Math.sqrt(weight)) ?? 3,
          color: colours.control,
          opacity: 0.35,
        },
      },
      {
        type: 'scatter',
        mode: 'lines',
        x: raw(x),
        y: heights,
        line: { color: symbolic ? colours.symbolic : colours.spline, width: 2.5 },
      },
      {
        type: 'scatter',
        mode: 'lines',
        x: preview === null ? [] : raw(x.length === preview.length ? x : (detail?.x ?? [])),
        y: preview === null ? [] : preview.map((value) => (value === null ? null : out(value))),
        line: { color: colours.accent, width: 2.5, dash: '6px,4px' },
      },
      {
        type: 'scatter',
        mode: 'markers',
        x: rug,
        y: rug.map(() => 0),
        yaxis: 'y2',
        marker: {
          symbol: 'line-ns-open',
          size: 7,
          color: colours['ink-muted'],
          opacity: 0.4,
          line: { width: 1 },
        },
      },
    ],
    layout: {
      margin: { t: 26 },
      xaxis: { title: { text: xTitle }, zeroline: false, showline: false, anchor: 'y2', ...range },
      yaxis: { domain: [0.1, 1], ...(vertical === null ? {} : { range: vertical }) },
      yaxis2: { domain: [0, 0.06], visible: false, range: [-1, 1], fixedrange: true },
    },
  })
}
