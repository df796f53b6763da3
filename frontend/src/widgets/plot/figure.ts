/** What a chart is made of: built anew from the theme's colours, so that every chart follows the theme. */

export const colourNames = [
  'ink',
  'ink-2',
  'ink-muted',
  'fair-bar',
  'bad-bar',
  'line',
  'line-strong',
  'axis',
  'zero',
  'accent',
  'spline',
  'symbolic',
  'bars',
  'control',
  'good',
  'raised',
] as const

export type Colours = Record<(typeof colourNames)[number], string>

/** Plotly's own words. */
export type Values = Record<string, unknown>

export interface Figure {
  traces: Values[]
  layout?: Values
}

/** Builds a figure for the colours of the moment. */
export type Build = (colours: Colours) => Figure

/** The chart in words and numbers, for those who do not see it. */
export interface Twin {
  columns: readonly string[]
  rows: readonly (readonly string[])[]
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `over` wins; objects are merged, everything else is replaced. */
export function merge(base: Values, over: Values): Values {
  const merged: Values = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const former = merged[key]
    merged[key] = isValues(former) && isValues(value) ? merge(former, value) : value
  }
  return merged
}

/** Thin axes, small tabular numerals, no frame: the look of all charts. */
export function baseLayout(colours: Colours, font: string): Values {
  const axis = {
    gridcolor: colours.axis,
    zerolinecolor: colours.zero,
    zerolinewidth: 1,
    linecolor: colours['line-strong'],
    tickfont: { size: 10.5, color: colours['ink-muted'] },
    title: { font: { size: 11, color: colours['ink-muted'] }, standoff: 6 },
    nticks: 5,
    automargin: true,
    minor: { ticks: '' },
    fixedrange: true,
    minexponent: 4,
  }
  return {
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: font, size: 11, color: colours['ink-2'] },
    margin: { l: 8, r: 10, t: 10, b: 8, pad: 2 },
    showlegend: false,
    hovermode: 'closest',
    hoverlabel: {
      bgcolor: colours.raised,
      bordercolor: colours['line-strong'],
      font: { family: font, size: 12, color: colours.ink },
    },
    dragmode: false,
    xaxis: { ...axis, showgrid: false },
    yaxis: axis,
    separators: '.',
  }
}
