import { describe, expect, it } from 'vitest'
import { logAxis, merge, type Colours } from '../../widgets/plot/figure'
import { edgeFigure, verticalRange } from './edge_figure'
import { lossFigure } from './loss_figure'
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
    const figure = edgeFigure({ x: [], y: [], detail: null, preview: null, symbolic: false, xTitle: '' })
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

describe('the loss chart', () => {
  it('leaves out what a logarithm cannot show', () => {
    const { traces } = lossFigure({ step: [0, 1], train_rmse: [1, 0], test_rmse: [1, 1e-3], events: [] })(
      colours,
    )
    expect(traces[0]?.['y']).toEqual([1, null])
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
      { index: 0, sympy: '2.0*x', latex: 'z = 2 x', complexity: 3, test_rmse: 0.1 },
      { index: 1, sympy: 'exp(x)', latex: 'z = e^{x}', complexity: 5, test_rmse: 0 },
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

  it('breaks a long formula off in what hovers over it', () => {
    const point = { index: 0, sympy: 'x + '.repeat(100), latex: '', complexity: 3, test_rmse: 0.1 }
    const marks = paretoFigure([], '', { points: [point], chosen: null })(colours).traces.at(-1)
    expect((marks?.['text'] as string[])[0]?.length).toBeLessThan(120)
  })
})

describe('logAxis', () => {
  it('has a tick at whole powers of ten, however wide or narrow the range', () => {
    expect(logAxis([1e-16, 1])['dtick']).toBeGreaterThan(2)
    expect(logAxis([0.014])).toMatchObject({ range: [-3, -1], dtick: 1 })
    expect(logAxis([])).toEqual({ type: 'log' })
  })
})

describe('merge', () => {
  it('keeps what is not overruled and leaves its arguments alone', () => {
    const base = { a: { b: 1, c: 2 }, d: [1] }
    expect(merge(base, { a: { b: 9 }, d: [2, 3] })).toEqual({ a: { b: 9, c: 2 }, d: [2, 3] })
    expect(base).toEqual({ a: { b: 1, c: 2 }, d: [1] })
  })
})
