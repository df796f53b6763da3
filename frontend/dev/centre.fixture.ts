/** Made-up sessions for the dev page: the toy half-way, untrained, a wide network, and nothing at all. */
import { TRAIN } from '../src/model/session.fake'
import type {
  EdgeDetail,
  EdgeId,
  EdgeView,
  LossPoint,
  NetworkView,
  NodeView,
  RevisionSummary,
  RevisionView,
  Suggestions,
} from '../src/contract'
import type { Curve, CurveSet } from '../src/model/curve_set'
import { edgeKey, nodeKey } from '../src/model/edge_key'
import { initialState, type State } from '../src/model/state'

export type CaseName = 'half' | 'untrained' | 'wide' | 'empty' | 'product'

const POINTS = 64
const HEAD = 'r4'

const shapes: Record<CaseName, number[]> = {
  half: [2, 5, 1],
  untrained: [2, 5, 1],
  wide: [4, 16, 16, 1],
  empty: [2, 5, 1],
  product: [3, 4, 2],
}

function noise(seed: number): number {
  const value = Math.sin(seed * 127.1 + 11.7) * 43758.5453
  return value - Math.floor(value)
}

function activeIn(name: CaseName, { layer, source, target }: EdgeId): boolean {
  if (name === 'half') return layer === 0 ? target === 2 : source === 2
  if (name === 'product') return layer === 0 ? (target + source) % 2 === 0 : source < 3
  return true
}

function edgeOf(name: CaseName, id: EdgeId): EdgeView {
  const active = activeIn(name, id)
  const symbolic = name === 'half' && id.layer === 0 && id.source === 1 && id.target === 2
  const noisy = noise(id.layer * 7 + id.source * 3 + id.target) ** 2
  const importance = name !== 'half' ? noisy : id.layer === 1 ? 1 : id.source === 0 ? 0.61 : 0.38
  const none = { primitive: null, a: null, b: null, c: null, d: null, intervals: null, text: null }
  return {
    id,
    function: symbolic
      ? {
          kind: 'symbolic',
          primitive: 'x^2',
          a: 1,
          b: 0.002,
          c: 0.104,
          d: -0.05,
          intervals: null,
          text: null,
        }
      : { kind: active ? 'spline' : 'zero', ...none },
    importance: active ? importance : 0,
    locked: symbolic || (name === 'product' && id.source === 0 && id.target === 0),
  }
}

function nameOf(name: CaseName, layer: number, index: number, last: number): string {
  const inputs =
    name === 'wide' ? ['temperature', 'pressure', 'x1', 'wind speed at hub height'] : ['x', 'y', 'w']
  const outputs = name === 'wide' ? ['power'] : ['z', 'energy']
  if (layer === 0) return inputs[index] ?? `x${index}`
  return layer === last ? (outputs[index] ?? 'z') : `h${index}`
}

function network(name: CaseName): NetworkView {
  const shape = shapes[name]
  const edges: EdgeView[] = []
  // The second node of each layer multiplies two factors.
  const extra = name === 'product' ? 1 : 0
  const subnodesOf = (index: number): number[] => {
    if (extra === 0 || index === 0) return [index]
    return index === 1 ? [1, 2] : [index + 1]
  }
  for (let layer = 0; layer + 1 < shape.length; layer += 1)
    for (let target = 0; target < (shape[layer + 1] ?? 0) + extra; target += 1)
      for (let source = 0; source < (shape[layer] ?? 0); source += 1)
        edges.push(edgeOf(name, { layer, source, target }))
  const last = shape.length - 1
  const isAlive = (layer: number, index: number): boolean =>
    edges.some(
      ({ id, function: what }) =>
        id.layer === layer - 1 && subnodesOf(index).includes(id.target) && what.kind !== 'zero',
    )
  const nodes: NodeView[] = shape.flatMap((count, layer) =>
    Array.from({ length: count }, (_, index): NodeView => {
      const active = layer === 0 || layer === last || isAlive(layer, index)
      return {
        layer,
        index,
        kind: layer === 0 ? 'input' : name === 'product' && index === 1 ? 'product' : 'sum',
        name: nameOf(name, layer, index, last),
        subnodes: layer === 0 ? [] : subnodesOf(index),
        importance: active ? 0.6 : 0,
        active,
        shift: 0,
        scale: 1,
      }
    }),
  )
  const plain = { base: 'none', knots: 'uniform', precision: 'float64' } as const
  return {
    shape,
    intervals: shape.slice(1).map(() => 5),
    degree: 3,
    ...plain,
    parameters: 1234,
    nodes,
    functions: [],
    edges,
  }
}

function valueAt(name: CaseName, { layer, source, target }: EdgeId, x: number, time: number): number {
  if (name === 'half') {
    if (layer === 1) return 0.32 * Math.exp(1.35 * x) - 0.75
    return source === 0 ? 0.45 * Math.sin(Math.PI * x + time * 0.02) : 0.9 * x * x - 0.45
  }
  const seed = layer * 100 + source * 10 + target
  const size = 0.1 + 0.5 * noise(seed)
  return (
    size * Math.sin((1 + 3 * noise(seed + 1)) * x + 6 * noise(seed + 2) + time * 0.05) +
    0.2 * (noise(seed + 3) - 0.5)
  )
}

function curvesOf(name: CaseName, net: NetworkView, time: number, revision: string | null): CurveSet {
  const byEdge = new Map<ReturnType<typeof edgeKey>, Curve>()
  for (const { id, function: what, importance } of net.edges) {
    const y = new Float32Array(POINTS)
    if (what.kind !== 'zero')
      for (let i = 0; i < POINTS; i += 1) y[i] = valueAt(name, id, -1 + (2 * i) / (POINTS - 1), time)
    byEdge.set(edgeKey(id), { low: -1, high: 1, y, importance })
  }
  const density = new Map<ReturnType<typeof nodeKey>, Float32Array>()
  for (const { layer, index } of net.nodes) {
    density.set(
      nodeKey({ layer, index }),
      Float32Array.from({ length: 16 }, (_, i) =>
        layer === 0 ? 0.85 + 0.15 * noise(i + index) : Math.exp(-(((i - 6 + index) / 5) ** 2)),
      ),
    )
  }
  return { revision, points: POINTS, byEdge, density }
}

const losses: LossPoint[] = Array.from({ length: 90 }, (_, step) => {
  const drop = step < 30 ? 1 : step < 60 ? 0.1 : 0.004
  const train = drop * (0.05 * Math.exp(-step / 25) + 0.004) * (1 + 0.2 * noise(step))
  return {
    step,
    train_rmse: train,
    test_rmse: train * 1.08,
    cross_entropy_train: null,
    cross_entropy_test: null,
    event: step === 30 ? 'grid 10' : null,
    event_kind: step === 30 ? ('grid' as const) : null,
    intervals: step === 30 ? 10 : null,
  }
})

const history: RevisionSummary[] = [
  ['r0', 'start', 1.1, 4, 15],
  ['r1', 'train · sparse', 1.6e-2, 31, 15],
  ['r2', 'prune 12 edges', 1.6e-2, 11, 3],
  ['r3', 'train · grid 10', 4.7e-4, 11, 3],
  ['r4', 'y → h0 is x^2', 1.5e-4, 9, 3],
  ['r5', 'try cosh instead', 1.3e-3, 10, 3],
].map(([id, label, rmse, complexity, edges], number) => ({
  id: id as string,
  number,
  parent: number === 0 ? null : number === 5 ? 'r3' : `r${number - 1}`,
  kind: 'train',
  label: label as string,
  by: null,
  created_at: '2026-01-01T00:00:00Z',
  test_rmse: rmse as number,
  accuracy_test: null,
  cross_entropy_test: null,
  equation_rms: null,
  relative_residual: null,
  verdict: null,
  complexity: complexity as number,
  symbolic: false,
  front_search: null,
  front_index: null,
  edges_active: edges as number,
  note: null,
}))

function revisionOf(net: NetworkView, name: CaseName): RevisionView {
  const half = name === 'half'
  const latex =
    name === 'half'
      ? 'z = \\varphi_{1,0,2}\\left(\\varphi_{0,0,2}\\left(x\\right) + 0.998 y^{2} - 0.0007\\right)'
      : name === 'product'
        ? 'z = 1.234 \\sin\\left(3.142 x + 0.0021\\right) + \\varphi_{1,1,0}\\left(\\varphi_{0,0,2}\\left(x\\right) \\cdot \\varphi_{0,2,2}\\left(w\\right)\\right) + e^{- 0.5 y^{2}} \\\\ energy = \\varphi_{1,0,1}\\left(\\varphi_{0,0,0}\\left(x\\right)\\right)'
        : 'z = ' +
          Array.from(
            { length: 5 },
            (_, i) =>
              `\\varphi_{1,${i},0}\\left(\\varphi_{0,0,${i}}\\left(x\\right) + \\varphi_{0,1,${i}}\\left(y\\right)\\right)`,
          ).join(' + ')
  return {
    id: HEAD,
    number: 14,
    parent: 'r3',
    action: TRAIN,
    label: 'y → h0 is x^2',
    by: null,
    created_at: '2026-01-01T00:00:00Z',
    seconds: 0.3,
    outcome: 'done',
    message: null,
    network: net,
    metrics: {
      train_rmse: half ? 1.4e-4 : 0.9,
      test_rmse: half ? 1.5e-4 : 1.1,
      test_nrmse: half ? 2e-4 : 0.98,
      r2_test: half ? 0.99999998 : 0.02,
      judged: null,
      rows_train: 800,
      rows_test: 200,
      network_formula: half ? 8.9e-16 : null,
      data_formula: half ? 1.5e-4 : null,
      accuracy_test: null,
      accuracy_train: null,
      cross_entropy_test: null,
      cross_entropy_train: null,
      cross_entropy_formula: null,
      confusion_test: null,
      equation_rms: null,
      relative_residual: null,
      verdict: null,
      condition_rms: null,
    },
    formula: {
      sympy: 'phi(x)',
      latex,
      complexity: half ? 9 : 41,
      symbolic: false,
      outputs: [],
      maximum_difference: half ? 2e-15 : null,
      note: null,
    },
    losses: half ? losses : [],
    equations: [],
  }
}

export function sessionOf(name: CaseName): State {
  if (name === 'empty') return initialState
  const net = network(name)
  const column = (title: string, role: 'input' | 'target') => ({
    name: title,
    unit: name === 'half' ? 'm' : null,
    role,
    usable: true,
    note: null,
    minimum: -1,
    maximum: 1,
    mean: 0,
    missing: 0,
    histogram: [],
    labels: [],
  })
  const ends = (layer: number) => net.nodes.filter((node) => node.layer === layer).map((node) => node.name)
  const inputs = ends(0)
  const targets = ends(net.shape.length - 1)
  return {
    ...initialState,
    connection: 'live',
    session: {
      id: 's1',
      name: 'Toy: two inputs',
      dataset: {
        id: 'd1',
        name: 'toy.csv',
        rows: 1000,
        rows_left_out: 0,
        columns: [
          ...inputs.map((title) => column(title, 'input')),
          ...targets.map((title) => column(title, 'target')),
        ],
        notes: [],
        source: null,
        licence: null,
        equations: [],
      },
      inputs,
      targets,
      rows: null,
      task: 'regression',
      head: HEAD,
      revision: revisionOf(net, name),
      redo: null,
      history: name === 'half' ? history : history.slice(0, 1),
    },
    curves: curvesOf(name, net, 0, HEAD),
  }
}

export function nextCurves(state: State, time: number): CurveSet | null {
  const net = state.session?.revision.network
  if (net === undefined || state.curves === null) return state.curves
  const name =
    net.shape.length === 4
      ? 'wide'
      : net.edges.some((edge) => edge.function.kind === 'zero')
        ? 'half'
        : 'untrained'
  return { ...curvesOf(name, net, time, null), density: state.curves.density }
}

export function detailOf(edge: EdgeId): EdgeDetail {
  const x = Array.from({ length: 200 }, (_, i) => -1 + (2 * i) / 199)
  const data = Array.from({ length: 300 }, (_, i) => -1 + 2 * noise(i))
  return {
    revision: HEAD,
    edge,
    x,
    y: x.map((at) => valueAt('half', edge, at, 0)),
    data_x: data,
    data_y: data.map((at, i) => valueAt('half', edge, at, 0) + 0.03 * (noise(i + 0.5) - 0.5)),
    weight: null,
    source_name: 'x',
    target_name: 'h0',
    source_shift: 0,
    source_scale: 1,
    text: 'spline, 13 coefficients',
  }
}

export function suggestionsOf(edge: EdgeId): Suggestions {
  const row = (
    primitive: string,
    text: string,
    after: number,
    r2: number,
    complexity: number,
    domain_note = 'valid on all data',
  ) => ({
    primitive,
    a: 3.1416,
    b: 0.0002,
    c: 0.1171,
    d: -0.3312,
    r2,
    complexity,
    whole_model: {
      test_rmse_before: 1.5e-4,
      test_rmse_after: after,
      cross_entropy_before: null,
      cross_entropy_after: null,
    },
    text,
    latex: text,
    domain_margin: null,
    domain: null,
    border_distance: null,
    entry: 0,
    alike: [],
    domain_note,
    box_margin: null,
    box_note: 'valid on the whole box',
  })
  return {
    revision: HEAD,
    edge,
    suggestions: [
      row('sin', '0.117 sin(3.14 x) - 0.331', 6.5e-10, 0.9999999999, 2),
      row('sinc', '-0.187 sinc(4.68 x + 2.34)', 2.7e-5, 0.99987, 3),
      row('erf', '-0.082 erf(5.14 x)', 8.2e-3, 0.942, 4),
      row('tanh', '0.114 tanh(2.7 x)', 1.3e-2, 0.913, 3),
      row('x^3', '-0.4 x^3 + 0.3 x', 2.4e-2, 0.887, 3),
      row(
        'log',
        '0.4 log(0.3 x + 1.2) + 0.3',
        2.9e-2,
        0.6,
        2,
        'border of the domain 0.04 spans from the data',
      ),
    ],
    verdict: 'The other five stay 10⁴ times worse: sin is decided by the data.',
    decided: true,
    seconds: 0.6,
  }
}
