/** A session around a network, for tests of views. */
import type { Action, NetworkView, RevisionView } from '../contract'
import type { Curve } from './curve_set'
import { edgeKey, type EdgeKey } from './edge_key'
import { initialState, type State } from './state'

export const HEAD = 'r_head'

interface Options {
  latex?: string
  kind?: 'train' | 'initialise'
  symbolic?: boolean
}

export const TRAIN: Extract<Action, { kind: 'train' }> = {
  kind: 'train',
  parent: null,
  method: 'auto',
  steps: 60,
  sparsity: 0.01,
  entropy: 2,
  update_grid: true,
  objective: 'auto',
  huber_delta: 1,
  smoothness: 0,
  batch: 1024,
  rate: 0.01,
  compile: false,
}

const INITIALISE: Extract<Action, { kind: 'initialise' }> = {
  kind: 'initialise',
  parent: null,
  shape: null,
  products: null,
  arity: 2,
  intervals: 5,
  degree: 3,
  base: 'none',
  knots: 'uniform',
  precision: 'float64',
  noise_scale: 0.05,
  seed: 0,
}

function makeRevision(
  network: NetworkView,
  { latex = 'z = x', kind = 'train', symbolic = false }: Options,
): RevisionView {
  const trained = kind === 'train'
  return {
    id: HEAD,
    number: 1,
    parent: null,
    action: trained ? TRAIN : INITIALISE,
    label: kind,
    created_at: '2026-01-01T00:00:00Z',
    by: null,
    seconds: 0.1,
    outcome: 'done',
    message: null,
    network,
    metrics: {
      train_rmse: 1e-4,
      test_rmse: 1.5e-4,
      test_nrmse: 1e-4,
      r2_test: 0.99,
      rows_train: 80,
      rows_test: 20,
      judged: null,
      network_formula: 8.9e-16,
      data_formula: null,
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
      sympy: 'x',
      latex,
      complexity: 9,
      symbolic,
      outputs: [],
      maximum_difference: null,
      note: null,
    },
    losses: [],
    equations: [],
  }
}

/** Sine waves of a phase, on every edge. */
export function makeCurves(network: NetworkView, phase = 0): State['curves'] {
  const byEdge = new Map<EdgeKey, Curve>()
  for (const { id, importance } of network.edges) {
    byEdge.set(edgeKey(id), {
      low: -1,
      high: 1,
      y: Float32Array.from({ length: 16 }, (_, i) => 0.4 * Math.sin(i / 3 + phase)),
      importance,
    })
  }
  return { revision: phase === 0 ? HEAD : null, points: 16, byEdge, density: new Map() }
}

export function makeState(network: NetworkView, options: Options = {}): State {
  return {
    ...initialState,
    connection: 'live',
    session: {
      id: 's_1',
      name: 'Session',
      dataset: {
        id: 'd_1',
        name: 'table.csv',
        rows: 100,
        rows_left_out: 0,
        columns: [],
        notes: [],
        source: null,
        licence: null,
        equations: [],
      },
      inputs: [],
      targets: [],
      rows: null,
      task: 'regression',
      head: HEAD,
      revision: makeRevision(network, options),
      redo: null,
      history: [],
    },
    curves: makeCurves(network),
  }
}
