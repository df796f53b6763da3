/** Training and held-out error over steps as a figure. */
import { logAxis, type Build, type Values } from '../../widgets/plot/figure'

export interface LossSeries {
  step: readonly number[]
  train_rmse: readonly number[]
  test_rmse: readonly number[]
  events: readonly { step: number; text: string }[]
}

/** A logarithm knows no zero: such points are left out. */
function positive(values: readonly number[]): (number | null)[] {
  return values.map((value) => (value > 0 ? value : null))
}

export function lossFigure({ step, train_rmse, test_rmse, events }: LossSeries): Build {
  return (colours) => {
    const line = (name: string, y: readonly number[], style: Values): Values => ({
      type: 'scatter',
      mode: 'lines',
      name,
      x: [...step],
      y: positive(y),
      line: { width: 1.75, ...style },
    })
    return {
      traces: [
        line('training', train_rmse, { color: colours.spline }),
        line('held out', test_rmse, { color: colours.accent, dash: '4px,3px' }),
      ],
      layout: {
        // Legend and marks stand above the curves, not on them.
        margin: { l: 8, r: 10, t: 38, b: 8, pad: 2 },
        xaxis: { title: { text: 'step' }, zeroline: false },
        yaxis: logAxis([...train_rmse, ...test_rmse]),
        showlegend: true,
        legend: {
          orientation: 'h',
          x: 1,
          xanchor: 'right',
          y: 1,
          yref: 'container',
          yanchor: 'top',
          bgcolor: 'rgba(0,0,0,0)',
          font: { size: 10.5, color: colours['ink-2'] },
        },
        shapes: events.map(({ step: x }) => ({
          type: 'line',
          x0: x,
          x1: x,
          yref: 'paper',
          y0: 0,
          y1: 1,
          line: { color: colours['line-strong'], width: 1, dash: 'dot' },
        })),
        annotations: events.slice(-4).map(({ step: x, text }) => ({
          x,
          y: 1,
          yref: 'paper',
          yanchor: 'bottom',
          // A mark near the end is written to its left, or the frame would cut it.
          xanchor: x > 0.75 * (step.at(-1) ?? 0) ? 'right' : 'left',
          text,
          showarrow: false,
          font: { size: 10, color: colours['ink-muted'] },
        })),
      },
    }
  }
}
