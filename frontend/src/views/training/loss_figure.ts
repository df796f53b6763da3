/** The error over all steps as a figure: training and held-out rows, and marks where something began. */
import type { LossTimeline } from '../../model/loss_timeline'
import type { Build, Values } from '../../widgets/plot/figure'
import { errorAxis } from '../inspector/error_axis'

/** Texts nearer than this share of the width run into each other; longer ones than this stand on the line only. */
const APART = 0.17
const LONGEST = 10
/** Width of a letter as a share of the chart's. */
const LETTER = 0.03

type Mark = LossTimeline['stages'][number]

/** A logarithm knows no zero: such points are left out. */
function positive(values: readonly number[]): (number | null)[] {
  return values.map((value) => (value > 0 ? value : null))
}

/** From which step to which a mark's text stands: to the left of its line where the frame would cut it. */
function extent({ step, label }: Mark, steps: number): readonly [number, number] {
  const width = LETTER * label.length * steps
  return step + width > steps ? [step - width, step] : [step, step + width]
}

/** The marks whose texts have room, the last of all first: that is where one looks. */
export function legible(marks: readonly Mark[], steps: number): Mark[] {
  const kept: Mark[] = []
  for (const mark of marks.toReversed()) {
    const next = kept[0]
    if (mark.label.length > LONGEST) continue
    if (
      next === undefined ||
      (next.step - mark.step >= APART * steps && extent(mark, steps)[1] <= extent(next, steps)[0])
    )
      kept.unshift(mark)
  }
  return kept
}

export function lossFigure({ step, train, test, marks, stages }: LossTimeline): Build {
  const last = step.at(-1) ?? 0
  return (colours) => {
    const line = (name: string, y: readonly number[], style: Values): Values => ({
      type: 'scatter',
      mode: 'lines',
      name,
      x: [...step],
      y: positive(y),
      line: { width: 1.6, ...style },
    })
    return {
      traces: [
        line('train', train, { color: colours.spline }),
        line('held out', test, { color: colours.accent, dash: '3px,2px' }),
      ],
      layout: {
        // Texts of marks stand above the curves, not on them.
        margin: { l: 4, r: 6, t: stages.length > 0 ? 16 : 6, b: 4, pad: 0 },
        xaxis: { showgrid: false, zeroline: false, nticks: 4 },
        yaxis: { zeroline: false, ...errorAxis([...train, ...test]) },
        annotations: legible(stages, last).map(({ step: x, label }) => ({
          x,
          y: 1,
          yref: 'paper',
          yanchor: 'bottom',
          xanchor: extent({ step: x, label }, last)[0] < x ? 'right' : 'left',
          text: label,
          showarrow: false,
          font: { size: 9.5, color: colours['ink-muted'] },
        })),
        shapes: [...marks.slice(1), ...stages].map(({ step: x }) => ({
          type: 'line',
          x0: x,
          x1: x,
          yref: 'paper',
          y0: 0,
          y1: 1,
          line: { color: colours['line-strong'], width: 1, dash: 'dot' },
        })),
      },
    }
  }
}
