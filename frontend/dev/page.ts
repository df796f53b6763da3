/**
 * The whole page with invented answers, for looking at it without a server; never built.
 * ?show=start|report|half|running|problem|lost &theme=dark
 */
import '@fontsource-variable/inter/opsz.css'
import '../src/styles/tokens.css'
import '../src/styles/base.css'
import { mount } from 'svelte'
import App from '../src/App.svelte'
import type { DatasetView, SampleView } from '../src/contract'
import { initialState, type State } from '../src/model/state'
import { app } from '../src/stores/app.svelte'
import { start } from '../src/stores/start.svelte'
import { suggestedRoles } from '../src/model/roles'
import { ui } from '../src/stores/ui.svelte'
import { detailOf, sessionOf, suggestionsOf } from './centre.fixture'

const query = new URLSearchParams(location.search)
const show = query.get('show') ?? 'start'

class SilentSocket extends EventTarget {
  readyState = 1
  binaryType = 'arraybuffer'
  onopen = null
  send(): void {
    return
  }
  close(): void {
    return
  }
}

const sample = (name: string, title: string, formula: string | null, real = false): SampleView => ({
  name,
  title,
  summary: 'One sentence for a person who chooses, which may well be long enough for a second line.',
  rows: 1000,
  inputs: ['x', 'y'],
  targets: ['z'],
  real,
  formula_hint: formula,
  source: 'Liu et al., arXiv:2404.19756',
  licence: 'CC0',
})

const samples = [
  sample('toy', 'Toy: two inputs', String.raw`z = e^{\sin(\pi x) + y^2}`),
  sample('kepler', 'Kepler’s third law', String.raw`T^2 = a^3`, true),
  sample('velocity', 'Adding velocities', String.raw`w = \frac{u+v}{1+uv}`),
  sample('pendulum', 'Pendulum', String.raw`T = 2\pi\sqrt{L/g}`),
  sample('hubble', 'Receding galaxies', null, true),
]

const column = (name: string, role: 'input' | 'target' | 'ignored', note: string | null = null) => ({
  name,
  unit: 'm',
  role,
  usable: note === null,
  note,
  minimum: -1,
  maximum: 1,
  mean: 0,
  missing: 0,
  labels: [],
  histogram: Array.from({ length: 24 }, (_, at) => 20 + Math.round(10 * Math.sin(at * at))),
})

const dataset: DatasetView = {
  id: 'd1',
  name: 'measurements 2024-03.csv',
  rows: 1000,
  rows_left_out: 3,
  columns: [
    column('x', 'input'),
    column('y', 'input'),
    column('remark', 'ignored', 'text: 14 different words; numbers are needed'),
    column('z', 'target'),
  ],
  notes: ['3 rows with missing values are left out.', 'Row 2 was read as units.'],
  source: null,
  licence: null,
  equations: [],
}

const sessions = ['Toy: two inputs', 'Pendulum'].map((name, at) => ({
  id: `s${at}`,
  name,
  dataset: 'toy.csv',
  created_at: new Date(Date.now() - 4e6).toISOString(),
  updated_at: new Date(Date.now() - 3e6 * (at + 1)).toISOString(),
  revisions: 14,
  test_rmse: 1.5e-4,
  accuracy_test: null,
  cross_entropy_test: null,
  equation_rms: null,
  relative_residual: null,
  verdict: null,
  formula_latex: 'z = x',
}))

const answers: readonly [RegExp, () => unknown][] = [
  [/samples$/, () => samples],
  [/sessions$/, () => ({ sessions })],
  [/suggestions/, () => suggestionsOf({ layer: 0, source: 0, target: 2 })],
  [/edges/, () => detailOf({ layer: 0, source: 0, target: 2 })],
]

window.WebSocket = SilentSocket as unknown as typeof WebSocket
window.fetch = (input) => {
  const path = (input as string).split('?')[0] ?? ''
  const answer = answers.find(([pattern]) => pattern.test(path))
  return Promise.resolve(
    answer === undefined ? Response.json({}, { status: 404 }) : Response.json(answer[1]()),
  )
}

const half = sessionOf('half')
const problem = {
  type: 'about:blank',
  title: 'The head has moved',
  status: 409,
  detail: 'Somebody has pruned 3 edges since this page last heard from the server.',
  code: 'stale_revision' as const,
  hint: 'Look at the new revision and repeat the step if it still makes sense.',
  request_id: 'r-81c2',
  head: null,
  blob: null,
  fields: [],
  paths: [],
  line: null,
  position: null,
}
const running = half.session?.revision.action
const states: Record<string, State> = {
  half,
  product: sessionOf('product'),
  lost: { ...half, connection: 'reconnecting' },
  problem: {
    ...half,
    problems: [{ key: '1', problem }],
    notices: [
      {
        key: 'n',
        code: 'interrupted',
        text: 'Training was interrupted by a restart; the last saved revision is shown.',
      },
    ],
  },
  running:
    running === undefined
      ? half
      : {
          ...half,
          running: {
            action_id: 'a',
            action: running,
            label: 'train · sparse',
            by: null,
            paused: false,
            held: false,
            waiting: null,
          },
          progress: {
            type: 'progress',
            seq: 9,
            action_id: 'a',
            step: 21,
            steps: 60,
            start: null,
            starts: null,
            train_rmse: 0.1,
            test_rmse: 0.0123,
            cross_entropy_train: null,
            cross_entropy_test: null,
            penalty: null,
            steps_per_second: 41.2,
            seconds_left: 12,
            message: 'grid 5 → 10',
          },
        },
}

if (query.has('theme')) ui.theme = query.get('theme') === 'dark' ? 'dark' : 'light'
if (show in states) history.replaceState(null, '', '/s/s1?edge=0,0,2')
else history.replaceState(null, '', '/')

const target = document.getElementById('app')
if (target !== null) mount(App, { target })
setTimeout(() => {
  app.state = states[show] ?? initialState
  if (show === 'report') {
    start.dataset = dataset
    start.roles = suggestedRoles(dataset)
    start.file = new File(['x'], 'x.csv')
  }
  if (query.has('dialog')) ui.dialog = query.get('dialog') as typeof ui.dialog
}, 100)
