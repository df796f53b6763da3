// @vitest-environment jsdom
/** Which equations the points of a session were solved for, and what is known of their residual. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Action, RevisionSummary } from '../contract'
import { makeNetwork } from '../model/network.fake'
import { makeState } from '../model/session.fake'
import type { SessionState } from '../model/state'
import { equationHistory } from './equation_history.svelte'

function summary(id: string, parent: string | null): RevisionSummary {
  return {
    id,
    number: 0,
    parent,
    kind: 'fit_equation',
    label: '',
    created_at: '',
    test_rmse: 0,
    complexity: 1,
    symbolic: false,
    edges_active: 1,
    note: null,
  }
}

function session(head: string, own: readonly string[]): SessionState {
  const { session } = makeState(makeNetwork([1, 1]))
  if (session === null) throw new Error('no session')
  return {
    ...session,
    dataset: { ...session.dataset, equations: [...own] },
    history: [summary('first', null), summary('second', 'first')],
    head,
    revision: {
      ...session.revision,
      id: head,
      action: { kind: 'fit_equation', parent: null, equations: [] } as unknown as Action,
      metrics: { ...session.revision.metrics, equation_rms: 0.5 },
    },
  }
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('the history of equations', () => {
  it('asks for nothing where a session began with rows', () => {
    const fetch = vi.fn()
    vi.stubGlobal('fetch', fetch)
    equationHistory.follow(session('first', []))
    expect(fetch).not.toHaveBeenCalled()
    expect(equationHistory.residualOf('first')).toBeUndefined()
  })

  it('knows the residual of every revision and the equations that the head was solved for', async () => {
    const later = {
      id: 'second',
      action: { kind: 'fit_equation', equations: ['u_x = 2*u'] },
      metrics: { equation_rms: 1e-5 },
    }
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(later))))
    const first = session('first', ['u_x = u'])
    equationHistory.follow(first)
    expect(equationHistory.residualOf('first')).toBe(0.5)
    await vi.waitFor(() => {
      expect(equationHistory.residualOf('second')).toBe(1e-5)
    })
    expect(equationHistory.present(first)).toEqual(['u_x = u'])
    expect(equationHistory.present({ ...first, head: 'second' })).toEqual(['u_x = 2*u'])
  })
})
