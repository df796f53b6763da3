/** Every visited revision by complexity and error, with the front, as a figure. */
import type { RevisionSummary } from '../../contract'
import { primitiveLabel } from '../../model/names'
import { formatError } from '../../model/numbers'
import { paretoFront } from '../../model/pareto'
import { logAxis, type Build } from '../../widgets/plot/figure'

/** An exact model has error zero, which a logarithm cannot show. */
const FLOOR = 1e-16

export function paretoFigure(history: readonly RevisionSummary[], head: string): Build {
  const front = paretoFront(history)
  const height = ({ test_rmse }: RevisionSummary): number => Math.max(test_rmse, FLOOR)
  return (colours) => ({
    traces: [
      {
        type: 'scatter',
        mode: 'lines',
        x: front.map(({ complexity }) => complexity),
        y: front.map(height),
        line: { color: colours['line-strong'], width: 1.25, shape: 'hv' },
        hoverinfo: 'skip',
      },
      {
        type: 'scatter',
        mode: 'markers',
        x: history.map(({ complexity }) => complexity),
        y: history.map(height),
        customdata: history.map(({ id }) => id),
        text: history.map(
          (each) =>
            `${primitiveLabel(each.label)}<br>error ${formatError(each.test_rmse)}, complexity ${each.complexity}`,
        ),
        hovertemplate: '%{text}<extra></extra>',
        marker: {
          size: history.map(({ id }) => (id === head ? 12 : 9)),
          symbol: history.map(({ symbolic }) => (symbolic ? 'circle' : 'circle-open')),
          color: history.map(({ id, symbolic }) =>
            id === head ? colours.accent : symbolic ? colours.symbolic : colours.control,
          ),
          line: { width: 2 },
        },
      },
    ],
    layout: {
      xaxis: { title: { text: 'complexity' }, rangemode: 'tozero', zeroline: false },
      yaxis: { ...logAxis(history.map(height)), title: { text: 'held-out error' } },
    },
  })
}
