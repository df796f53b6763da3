import { describe, expect, it } from 'vitest'
import { merge, type Colours } from '../../widgets/plot/figure'
import { edgeFigure, verticalRange } from './edge_figure'
import { errorAxis } from './error_axis'
import { paretoFigure } from './pareto_figure'

const colours = new Proxy({}, { get: (_, name) => String(name) }) as Colours

describe('the large plot of an edge', () => {
  const detail = {
    revision: 'r',
    edge: { layer: 0, source: 0, target: 0 },
    x: [-1, 0, 1],
    y: [0, 1, 0],
    data_x: [-1, 1],
    data_y: [0.1, -0.1],
    weight: null,
    source_name: 'x',
    target_name: 'h0',
    source_shift: 10,
    source_scale: 2,
    text: 'spline',
  }

  it("stands on the data's own axis", () => {
    const { traces } = edgeFigure({
      x: detail.x,
      y: detail.y,
      detail,
      preview: [0, null, 1],
      symbolic: false,
      xTitle: 'x',
      yScale: 1,
    })(colours)
    expect(traces.map(({ x }) => x)).toEqual([
      [8, 12],
      [8, 10, 12],
      [8, 10, 12],
      [8, 12],
    ])
    expect(traces[2]?.['y']).toEqual([0, null, 1])
  })

  it('is there before the answer of the server', () => {
    const figure = edgeFigure({
      x: [],
      y: [],
      detail: null,
      preview: null,
      symbolic: false,
      xTitle: '',
      yScale: 1,
    })
    expect(() => figure(colours)).not.toThrow()
  })

  it('lets what is left unexplained widen the range by at most the span of the curve', () => {
    const wild = Array.from({ length: 100 }, (_, i) => 50 * Math.sin(i))
    const [low, high] = verticalRange([0, 1], wild) ?? [0, 0]
    // A flat curve leaves a tenth of the points' range on either side.
    expect(high - low).toBeLessThan(25)
    expect(verticalRange([0, 10], wild)).toEqual([expect.closeTo(-11.8), expect.closeTo(21.8)])
    expect(verticalRange([], wild)).toBeNull()
  })
})

describe('the chart of all revisions', () => {
  it('names each point after its revision and shows an exact one too', () => {
    const row = {
      number: 0,
      parent: null,
      kind: 'train',
      label: 'x is x^2',
      created_at: '',
      by: null,
      accuracy_test: null,
      cross_entropy_test: null,
      equation_rms: null,
      relative_residual: null,
      verdict: null,
      front_search: null,
      front_index: null,
      edges_active: 1,
      note: null,
    }
    const history = [
      { ...row, id: 'a', test_rmse: 0.1, complexity: 3, symbolic: false },
      { ...row, id: 'b', test_rmse: 0, complexity: 9, symbolic: true },
    ]
    const points = paretoFigure(history, 'b')(colours).traces[1]
    expect(points?.['customdata']).toEqual(['a', 'b'])
    expect(points?.['y']).toEqual([0.1, 1e-16])
  })

  it('tells the formulas of a search by their places, apart from revisions, and marks the one looked at', () => {
    const points = [
      {
        index: 0,
        sympy: '2.0*x',
        latex: 'z = 2 x',
        complexity: 3,
        test_rmse: 0.1,
        noise_left: false,
        relative_residual: null,
        verdict: null,
      },
      {
        index: 1,
        sympy: 'exp(x)',
        latex: 'z = e^{x}',
        complexity: 5,
        test_rmse: 0,
        noise_left: false,
        relative_residual: null,
        verdict: null,
      },
    ]
    const { traces } = paretoFigure([], '', { points, chosen: 'exp(x)' })(colours)
    const [steps, marks] = traces.slice(-2)
    expect(steps).toMatchObject({ x: [3, 5], y: [0.1, 1e-16], line: { shape: 'hv' } })
    expect(marks?.['customdata']).toEqual([0, 1])
    expect(marks?.['text']).toEqual(['2·x<br>error 0.10, complexity 3', 'exp(x)<br>error 0, complexity 5'])
    const { size, symbol } = marks?.['marker'] as { size: number[]; symbol: string }
    expect(size[1]).toBeGreaterThan(size[0] ?? 0)
    expect(symbol).not.toBe('circle')
  })

  it('has a line with a text at the level of the noise, and none when it is unknown', () => {
    const point = {
      index: 0,
      sympy: 'x',
      latex: 'z = x',
      complexity: 3,
      test_rmse: 0.1,
      noise_left: true,
      relative_residual: null,
      verdict: null,
    }
    const { layout } = paretoFigure([], '', { points: [point], chosen: null })(colours)
    expect(layout?.['shapes']).toMatchObject([{ y0: 0.1, y1: 0.1 }])
    expect(layout?.['annotations']).toMatchObject([{ y: -1, text: 'noise 0.10' }])
    const unknown = {
      points: [{ ...point, noise_left: false, relative_residual: null, verdict: null }],
      relative_residual: null,
      verdict: null,
      chosen: null,
    }
    expect(paretoFigure([], '', unknown)(colours).layout).not.toHaveProperty('shapes')
  })

  it('breaks a long formula off in what hovers over it', () => {
    const point = {
      index: 0,
      sympy: 'x + '.repeat(100),
      latex: '',
      complexity: 3,
      test_rmse: 0.1,
      noise_left: false,
      relative_residual: null,
      verdict: null,
    }
    const marks = paretoFigure([], '', { points: [point], chosen: null })(colours).traces.at(-1)
    expect((marks?.['text'] as string[])[0]?.length).toBeLessThan(120)
  })
})

describe('the axis of errors', () => {
  const axis = (values: number[]) => errorAxis(values) as { range: [number, number]; tickvals: number[] }

  it('is as wide as its values, however few decades they cover', () => {
    const narrow = axis([0.021, 0.034])
    expect(narrow.range[0]).toBeGreaterThan(Math.log10(0.02))
    expect(narrow.range[1]).toBeLessThan(Math.log10(0.036))
    expect(narrow.tickvals).toEqual([0.025, 0.03, 0.035])
    expect(axis([1e-16, 1]).range).toEqual([expect.closeTo(-17.28), expect.closeTo(1.28)])
  })

  it('has ticks within its range and leaves what hardly varies flat', () => {
    for (const values of [[0.014], [0.5, 0.5000001], [3e-8, 4e-8], [1e-16, 1], [0, 2]]) {
      const { range, tickvals } = axis(values)
      expect(tickvals.length).toBeGreaterThanOrEqual(2)
      expect(Math.min(...tickvals)).toBeGreaterThanOrEqual(10 ** range[0] * 0.999)
      expect(Math.max(...tickvals)).toBeLessThanOrEqual(10 ** range[1] * 1.001)
      expect(range[1] - range[0]).toBeGreaterThan(0.03)
    }
    expect(errorAxis([])).toEqual({ type: 'log' })
  })
})

describe('merge', () => {
  it('keeps what is not overruled and leaves its arguments alone', () => {
    const base = { a: { b: 1, c: 2 }, d: [1] }
    expect(merge(base, { a: { b: 9 }, d: [2, 3] })).toEqual({ a: { b: 9, c: 2 }, d: [2, 3] })
    expect(base).toEqual({ a: { b: 1, c: 2 }, d: [1] })
  })
})
