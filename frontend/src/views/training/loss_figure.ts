/** The error over all steps as a figure: training and held-out rows, and marks where something began. */
import type { LossTimeline } from '../../model/loss_timeline'
import type { Build, Values } from '../../widgets/plot/figure'
import { errorAxis } from '../inspector/error_axis'

/** Share of the width that a letter takes in a narrow panel; longer texts than this stand on the line only. */
const LETTER = 0.022
const LONGEST = 10
/** From this share of the steps on a text is written to the left of its mark, or the frame would cut it. */
const LATE = 0.8

type Mark = LossTimeline['stages'][number]

/** A logarithm knows no zero: such points are left out. */
function positive(values: readonly number[]): (number | null)[] {
  return values.map((value) => (value > 0 ? value : null))
}

/** The steps that a mark's text covers, with the room of a letter beside it. */
function covered({ step, label }: Mark, steps: number): [from: number, to: number] {
  const width = LETTER * (label.length + 1) * steps
  return step > LATE * steps ? [step - width, step] : [step, step + width]
}

/** The marks whose texts have room, the last of all first: that is where one looks. */
export function legible(marks: readonly Mark[], steps: number): Mark[] {
  const kept: Mark[] = []
  for (const mark of marks.toReversed()) {
    const next = kept[0]
    if (mark.label.length > LONGEST) continue
    const [, end] = covered(mark, steps)
    if (next === undefined || end <= covered(next, steps)[0]) kept.unshift(mark)
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
        ...(test.every(Number.isNaN)
          ? []
          : [line('held out', test, { color: colours.accent, dash: '3px,2px' })]),
      ],
      layout: {
        // Texts of marks stand above the curves, not on them.
        margin: { l: 4, r: 6, t: stages.length > 0 ? 16 : 6, b: 4, pad: 0 },
        xaxis: { showgrid: false, zeroline: false, nticks: 4 },
        yaxis: { zeroline: false, ...errorAxis([...train, ...test.filter((error) => !Number.isNaN(error))]) },
        annotations: legible(stages, last).map(({ step: x, label }) => ({
          x,
          y: 1,
          yref: 'paper',
          yanchor: 'bottom',
          xanchor: x > LATE * last ? 'right' : 'left',
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
