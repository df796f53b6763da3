import { describe, expect, it } from 'vitest'
import type { RevisionSummary } from '../contract'
import {
  beganWithEquations,
  lastFit,
  residuals,
  shareLeft,
  standingOf,
  STANDINGS,
  unsolved,
} from './equation_session'
import { makeNetwork } from './network.fake'
import { makeState } from './session.fake'
import type { SessionState } from './state'

function summary(id: string, parent: string | null, kind: string, number: number): RevisionSummary {
  return {
    id,
    parent,
    kind,
    number,
    label: kind,
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
}

function session(equations: string[], head: string): SessionState {
  const { session } = makeState(makeNetwork([1, 1]))
  if (session === null) throw new Error('no session')
  const history = [
    summary('a', null, 'initialise', 0),
    summary('b', 'a', 'fit_equation', 1),
    summary('c', 'b', 'prune', 2),
    summary('d', 'a', 'train', 3),
    summary('e', 'c', 'initialise', 4),
  ]
  return { ...session, dataset: { ...session.dataset, equations }, history, head }
}

describe('a session that began with equations', () => {
  it('is solved on the way from a fit to the head, and nowhere else', () => {
    expect(unsolved(session(['u_x = u'], 'a'))).toBe(true)
    expect(unsolved(session(['u_x = u'], 'd'))).toBe(true)
    expect(unsolved(session(['u_x = u'], 'b'))).toBe(false)
    expect(unsolved(session(['u_x = u'], 'c'))).toBe(false)
    expect(lastFit(session(['u_x = u'], 'c'))?.id).toBe('b')
  })

  it('is not solved by a network that began afresh, whose points keep the solution', () => {
    expect(unsolved(session(['u_x = u'], 'e'))).toBe(true)
    expect(lastFit(session(['u_x = u'], 'e'))?.id).toBe('b')
  })

  it('is told from one with measured rows, which has nothing to solve', () => {
    expect(beganWithEquations(session([], 'a'))).toBe(false)
    expect(unsolved(session([], 'a'))).toBe(false)
    expect(unsolved(null)).toBe(false)
  })

  it('stands where its network does: not solved yet before a fit, then what is left decides', () => {
    const at = (id: string, verdict: RevisionSummary['verdict']) =>
      standingOf(session(['u_x = u'], 'e'), { id, verdict })
    expect(at('a', 'not_a_solution')).toBe('unsolved')
    expect(at('d', 'nearly')).toBe('unsolved')
    expect(at('e', 'not_a_solution')).toBe('unsolved')
    expect(at('b', 'not_a_solution')).toBe('not_a_solution')
    expect(at('c', 'nearly')).toBe('nearly')
    // A law that was written down solves them though nothing was fitted; an old revision knows of no verdict.
    expect(at('d', 'solved')).toBe('solved')
    expect(at('b', null)).toBeNull()
    expect(standingOf(session([], 'a'), { id: 'a', verdict: null })).toBeNull()
  })

  it('is green only when it is solved', () => {
    const green = Object.entries(STANDINGS).filter(([, { tone }]) => tone === 'good')
    expect(green.map(([standing]) => standing)).toEqual(['solved'])
  })

  it('says how much is left as a share', () => {
    expect([0.384, 0.0042, 3.2e-5, 1, null].map(shareLeft)).toEqual([
      '38 %',
      '0.42 %',
      '3.2e\u22125',
      '100 %',
      '–',
    ])
  })

  it('has two figures in place of an error on rows', () => {
    const said = residuals({ equation_rms: 3.2e-5, condition_rms: null }).map(([name, value]) => [
      name,
      value,
    ])
    expect(said).toEqual([
      ['equation', '3.2e\u22125'],
      ['conditions', '–'],
    ])
  })
})
