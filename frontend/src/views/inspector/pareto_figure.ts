/** Every visited revision by complexity and error, and the front of a search among them, as a figure. */
import type { FrontPoint, RevisionSummary } from '../../contract'
import { noiseLevel, plainFormula } from '../../model/front'
import { STANDINGS } from '../../model/equation_session'
import { heldOutError, measureOf } from '../../model/held_out'
import { formatError } from '../../model/numbers'
import { paretoFront } from '../../model/pareto'
import type { Build, Colours, Values } from '../../widgets/plot/figure'
import { errorAxis } from './error_axis'

/** An exact model has error zero, which a logarithm cannot show. */
const FLOOR = 1e-16
/** Longer formulas are broken off in what hovers over a point. */
const LONGEST = 70

/** The formulas of a search; the place of a point is its `customdata`, a revision's is its id. */
export interface SearchPoints {
  points: readonly FrontPoint[]
  /** The one that a person looks at. */
  chosen: string | null
}

interface Point {
  complexity: number
  test_rmse: number | null
  cross_entropy_test?: number | null
}

function height(point: Point): number {
  return Math.max(heldOutError(point) ?? FLOOR, FLOOR)
}

function said(point: Point & { verdict: FrontPoint['verdict'] }): string {
  const standing = point.verdict === null ? '' : `, ${STANDINGS[point.verdict].label}`
  const figure = `${measureOf(point)} ${formatError(heldOutError(point))}`
  return `${figure}, complexity ${point.complexity}${standing}`
}

/** What solves no equation has not the colour of what does. */
function colour(verdict: FrontPoint['verdict'], colours: Colours): string {
  if (verdict === null || verdict === 'solved') return colours.symbolic
  return verdict === 'nearly' ? colours['fair-bar'] : colours['bad-bar']
}

/** The best error that is to be had at each complexity. */
function steps(points: readonly Point[], line: Values): Values {
  return {
    type: 'scatter',
    mode: 'lines',
    x: points.map(({ complexity }) => complexity),
    y: points.map(height),
    line: { width: 1.25, shape: 'hv', ...line },
    hoverinfo: 'skip',
  }
}

function revisions(history: readonly RevisionSummary[], head: string, colours: Colours): Values {
  return {
    type: 'scatter',
    mode: 'markers',
    name: 'revisions',
    x: history.map(({ complexity }) => complexity),
    y: history.map(height),
    customdata: history.map(({ id }) => id),
    text: history.map((each) => `${each.label}<br>${said(each)}`),
    hovertemplate: '%{text}<extra></extra>',
    marker: {
      size: history.map(({ id }) => (id === head ? 12 : 9)),
      symbol: history.map(({ symbolic }) => (symbolic ? 'circle' : 'circle-open')),
      color: history.map(({ id, symbolic, verdict }) =>
        id === head ? colours.accent : symbolic ? colour(verdict, colours) : colours.control,
      ),
      line: { width: 2 },
    },
  }
}

/** A formula broken off where it gets too long. */
function short(sympy: string): string {
  const text = plainFormula(sympy)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} …`
}

function searched({ points, chosen }: SearchPoints, colours: Colours): Values {
  return {
    type: 'scatter',
    mode: 'markers',
    name: 'search',
    x: points.map(({ complexity }) => complexity),
    y: points.map(height),
    customdata: points.map(({ index }) => index),
    text: points.map((each) => `${short(each.sympy)}<br>${said(each)}`),
    hovertemplate: '%{text}<extra></extra>',
    marker: {
      size: points.map(({ sympy }) => (sympy === chosen ? 13 : 9)),
      symbol: 'diamond',
      color: points.map(({ verdict }) => colour(verdict, colours)),
      line: {
        width: points.map(({ sympy }) => (sympy === chosen ? 2.5 : 1)),
        color: points.map(({ sympy }) => (sympy === chosen ? colours.accent : colours.raised)),
      },
    },
  }
}

/** A line at the level of the noise: below it a formula learns this table's accidents. */
function noiseLine(level: number | null, colours: Colours): Values {
  if (level === null || !(level > 0)) return {}
  return {
    shapes: [
      {
        type: 'line',
        xref: 'paper',
        x0: 0,
        x1: 1,
        y0: level,
        y1: level,
        line: { color: colours['ink-muted'], width: 1, dash: 'dot' },
      },
    ],
    annotations: [
      {
        xref: 'paper',
        // At the end of the line: the formulas that meet it are short ones.
        x: 1,
        xanchor: 'right',
        // Annotations of a logarithmic axis stand at its powers.
        y: Math.log10(level),
        yanchor: 'bottom',
        text: `noise ${formatError(level)}`,
        showarrow: false,
        font: { size: 10, color: colours['ink-muted'] },
      },
    ],
  }
}

/** `history` with the names of columns in its labels, as people read them. */
export function paretoFigure(
  history: readonly RevisionSummary[],
  head: string,
  search: SearchPoints = { points: [], chosen: null },
  measure = 'judged error',
): Build {
  const heights = [...history, ...search.points].map(height)
  const noise = noiseLevel(search.points)
  return (colours) => ({
    traces: [
      steps(paretoFront(history), { color: colours['line-strong'] }),
      revisions(history, head, colours),
      ...(search.points.length === 0
        ? []
        : [steps(search.points, { color: colours.symbolic, dash: '3px,2px' }), searched(search, colours)]),
    ],
    layout: {
      xaxis: { title: { text: 'complexity' }, rangemode: 'tozero', zeroline: false },
      yaxis: { ...errorAxis(heights), title: { text: measure } },
      ...noiseLine(noise, colours),
    },
  })
}
