// @vitest-environment jsdom
import { flushSync, mount, unmount } from 'svelte'
import type { RevisionSummary } from '../../contract'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeNetwork } from '../../model/network.fake'
import { makeState } from '../../model/session.fake'
import { app } from '../../stores/app.svelte'
import { ui } from '../../stores/ui.svelte'
import FormulaBar from './FormulaBar.svelte'

const latex = 'z = \\varphi_{1,0,0}\\left(\\varphi_{0,0,0}\\left(x\\right)\\right)'
const network = makeNetwork([1, 1, 1])

describe('the formula bar', () => {
  let view: Record<string, unknown>

  beforeEach(() => {
    vi.stubGlobal(
      'ResizeObserver',
      class {
        observe(): void {}
        disconnect(): void {}
      },
    )
    view = mount(FormulaBar, { target: document.body })
    flushSync()
  })

  afterEach(async () => {
    await unmount(view)
    vi.unstubAllGlobals()
    ui.clearSelection()
    app.clear()
  })

  function text(): string {
    return document.body.textContent.replace(/\s+/g, ' ')
  }

  it('is there before any session', () => {
    expect(text()).toContain('The formula will stand here.')
  })

  it('says that nothing was trained yet', () => {
    app.state = makeState(network, { kind: 'initialise' })
    flushSync()
    expect(text()).toContain('Not trained yet.')
  })

  it('says how many splines remain and shows a dash for what is not known', () => {
    app.state = makeState(network, { latex })
    flushSync()
    expect(text()).toContain('2 splines remain')
    expect([...document.querySelectorAll('dd')].map((cell) => cell.textContent)).toEqual([
      '1.5e−4',
      '8.9e−16',
      '–',
      '9',
    ])
  })

  it('tells how well equations are fulfilled instead of an error against their own solution', () => {
    const state = makeState(network, { latex })
    if (state.session === null) throw new Error('no session')
    const { dataset, revision } = state.session
    const metrics = { ...revision.metrics, equation_rms: 3.2e-5, condition_rms: 1e-6, data_formula: 2e-4 }
    app.state = {
      ...state,
      session: {
        ...state.session,
        dataset: { ...dataset, equations: ['z_x = z'] },
        revision: { ...revision, metrics },
      },
    }
    flushSync()
    const terms = [...document.querySelectorAll('dt')].map((term) => term.textContent)
    const values = [...document.querySelectorAll('dd')].map((cell) => cell.textContent)
    expect(terms.map((term, at) => `${term} ${values[at] ?? ''}`)).toEqual([
      'equation 3.2e−5',
      'conditions 1.0e−6',
      'network ↔ formula 8.9e−16',
      'solution ↔ formula 2.0e−4',
      'complexity 9',
    ])
  })

  it('calls nothing green that leaves much of the equations, closed form or not', () => {
    const state = makeState(network, { symbolic: true })
    if (state.session === null) throw new Error('no session')
    const { dataset, revision } = state.session
    const fitted: RevisionSummary[] = [
      {
        id: revision.id,
        number: 1,
        parent: null,
        kind: 'fit_equation',
        label: 'solve',
        created_at: '',
        by: null,
        test_rmse: 0,
        accuracy_test: null,
        cross_entropy_test: null,
        equation_rms: 1,
        relative_residual: null,
        verdict: null,
        front_search: null,
        front_index: null,
        complexity: 1,
        symbolic: true,
        edges_active: 1,
        note: null,
      },
    ]
    function show(verdict: 'solved' | 'not_a_solution', relative_residual: number): void {
      const session = {
        dataset: { ...dataset, equations: ['z_x = z'] },
        revision: { ...revision, metrics: { ...revision.metrics, verdict, relative_residual } },
        history: fitted,
      }
      app.state = { ...state, session: { ...(state.session ?? never()), ...session } }
      flushSync()
    }
    function never(): never {
      throw new Error('no session')
    }
    show('not_a_solution', 0.38)
    expect(document.querySelectorAll('.tag.good')).toHaveLength(0)
    expect(document.querySelector('.tag.bad')?.textContent).toBe('not a solution · 38 % left')
    show('solved', 1e-16)
    expect(document.querySelectorAll('.tag.good')).toHaveLength(2)
  })

  it('says when no spline is left', () => {
    app.state = makeState(network, { symbolic: true })
    flushSync()
    expect(text()).toContain('closed form')
  })

  it('selects the edge of a φ that is clicked', async () => {
    app.state = makeState(network, { latex })
    flushSync()
    await vi.waitFor(() => {
      expect(document.querySelectorAll('[data-edge]').length).toBeGreaterThan(0)
    })
    document.querySelectorAll('[data-edge]')[1]?.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    expect(ui.selectedEdge).toEqual({ layer: 0, source: 0, target: 0 })
  })
})
