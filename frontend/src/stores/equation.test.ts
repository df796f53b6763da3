// @vitest-environment jsdom
/** What the dialog of equations begins with, what it asks for, and how it takes the answer. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Action, ActionDraft, RevisionSummary } from '../contract'
import { makeNetwork } from '../model/network.fake'
import { HEAD, makeState } from '../model/session.fake'
import { localProblem } from '../transport/problem'
import { app } from './app.svelte'
import { equation, equationDefaults } from './equation.svelte'

const HEAT = ['u_t = u_xx', 'u = 0 at x = 0']
let sessions = 0

function show(equations: readonly string[], fitted: readonly string[] | null = null): void {
  const state = makeState(makeNetwork([2, 2, 1]))
  if (state.session === null) throw new Error('no session')
  const fit: Action | null =
    fitted === null
      ? null
      : ({ kind: 'fit_equation', parent: null, equations: [...fitted] } as unknown as Action)
  sessions += 1
  const summary: RevisionSummary = {
    id: HEAD,
    number: 1,
    parent: null,
    kind: fit === null ? 'train' : 'fit_equation',
    label: '',
    created_at: '',
    by: null,
    test_rmse: 1,
    accuracy_test: null,
    cross_entropy_test: null,
    equation_rms: null,
    relative_residual: null,
    verdict: null,
    complexity: 1,
    symbolic: false,
    front_search: null,
    front_index: null,
    edges_active: 1,
    note: null,
  }
  app.state = {
    ...state,
    session: {
      ...state.session,
      // What is written belongs to its session, so each test has its own.
      id: `s_${sessions}`,
      dataset: {
        ...state.session.dataset,
        equations: [...equations],
        columns: ['x', 't'].map((name) => ({
          name,
          unit: null,
          role: 'input' as const,
          usable: true,
          note: null,
          minimum: 0,
          maximum: 2,
          mean: 1,
          missing: 0,
          histogram: [],
          labels: [],
        })),
      },
      inputs: ['x', 't'],
      targets: ['u'],
      history: [summary],
      revision: {
        ...state.session.revision,
        action: fit ?? state.session.revision.action,
        equations: equations.length === 0 ? [] : [...(fitted ?? equations)],
      },
    },
  }
}

function sent(): { draft: ActionDraft; request: string } {
  let made: { draft: ActionDraft; request: string } | null = null
  equation.send((draft, request) => {
    made = { draft, request }
    return true
  })
  if (made === null) throw new Error('nothing was sent')
  return made
}

beforeEach(() => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no server')))
})

afterEach(() => {
  vi.unstubAllGlobals()
  app.clear()
})

describe('the dialog of equations', () => {
  it('begins with the equations of the session, which are asked for with the defaults of the server', () => {
    show(HEAT)
    equation.begin()
    expect(equation.text).toBe(HEAT.join('\n'))
    const { draft } = sent()
    expect(draft).toEqual({
      kind: 'fit_equation',
      equations: HEAT,
      weight: null,
      starts: equationDefaults.starts,
      steps: equationDefaults.steps,
      intervals: null,
    })
  })

  it('begins with the equations of the head, which are sent as written', () => {
    show(HEAT, ['u_t = 2*u_xx'])
    equation.begin()
    expect(equation.text).toBe('u_t = 2*u_xx')
    expect(sent().draft).toMatchObject({ equations: ['u_t = 2*u_xx'] })
  })

  it('begins beside measured rows with the equations fitted last', async () => {
    show([], ['D(u, t) = -u'])
    equation.begin()
    await Promise.resolve()
    expect(equation.text).toBe('D(u, t) = -u')
  })

  it('keeps what was written when it is closed and opened again', () => {
    show([])
    equation.begin()
    expect(equation.empty).toBe(true)
    equation.write('D(u, x) = -u')
    equation.begin()
    expect(equation.text).toBe('D(u, x) = -u')
  })

  it('asks for a box only where rows are measured and one was given', () => {
    show([])
    equation.begin()
    equation.write('D(u, x) = -u')
    expect(sent().draft).toMatchObject({ equations: ['D(u, x) = -u'], points: 1_000 })
    expect(sent().draft).not.toHaveProperty('low')
    equation.setRange(1, [0, 5])
    equation.change({ weight: 3, intervals: [10, 20] })
    expect(sent().draft).toMatchObject({ low: [0, 0], high: [2, 5], weight: 3, intervals: [10, 20] })
  })

  it('shows a problem of its request beside the text and takes it off the page', () => {
    show(HEAT)
    equation.begin()
    const { request } = sent()
    expect(equation.waiting).toBe(true)
    const problem = localProblem('This cannot be done', 'line 1, position 5: …', null)
    app.state = { ...app.state, problems: [{ key: `problem-${request}`, problem }] }
    expect(equation.settle()).toBe(false)
    expect(equation.problem?.detail).toMatch('line 1')
    expect(equation.waiting).toBe(false)
    expect(app.problems).toEqual([])
  })

  it('is done once the head has moved', () => {
    show(HEAT)
    equation.begin()
    sent()
    expect(equation.settle()).toBe(false)
    if (app.session !== null) app.state = { ...app.state, session: { ...app.session, head: 'r_next' } }
    expect(equation.settle()).toBe(true)
  })
})
