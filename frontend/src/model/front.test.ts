import { describe, expect, it } from 'vitest'
import type { FrontPoint, RevisionSummary } from '../contract'
import { noiseLevel, plainFormula, revisionOf, rightSide, sameFormula, searchBehind } from './front'
import { makeNetwork } from './network.fake'
import { makeState } from './session.fake'
import type { SessionState } from './state'

function row(id: string, parent: string | null, part: Partial<RevisionSummary>): RevisionSummary {
  return {
    id,
    number: 0,
    parent,
    kind: 'train',
    label: 'train',
    created_at: '',
    by: null,
    test_rmse: 1,
    accuracy_test: null,
    cross_entropy_test: null,
    equation_rms: null,
    relative_residual: null,
    verdict: null,
    complexity: 1,
    symbolic: true,
    front_search: null,
    front_index: null,
    edges_active: 1,
    note: null,
    ...part,
  }
}

function point(index: number, complexity: number, error: number): FrontPoint {
  return {
    index,
    sympy: `x*${complexity}.0`,
    latex: `z = ${complexity} x`,
    complexity,
    test_rmse: error,
    noise_left: false,
    relative_residual: null,
    verdict: null,
  }
}

const simple = point(0, 3, 0.1)
const exact = point(1, 9, 6.5e-16)

function sessionAt(head: string, history: RevisionSummary[], adopted: string | null = null): SessionState {
  const { session } = makeState(makeNetwork([1, 1]))
  if (session === null) throw new Error('the fake has a session')
  const action =
    adopted === null
      ? session.revision.action
      : { kind: 'adopt' as const, parent: null, search: adopted, index: 0 }
  return { ...session, head, history, revision: { ...session.revision, id: head, action } }
}

const begun = row('start', null, { kind: 'initialise' })
const found = row('found', 'start', { kind: 'search', complexity: 9, test_rmse: 6.7e-16 })
const taken = row('taken', 'found', {
  kind: 'adopt',
  label: 'another wording',
  front_search: 'found',
  front_index: 0,
  complexity: 3,
  test_rmse: 0.1 + 1e-12,
})
const trained = row('trained', 'found', {})

describe('the search behind the head', () => {
  it('is the nearest one among its ancestors', () => {
    const history = [begun, found, trained]
    expect(searchBehind(sessionAt('found', history))).toBe('found')
    expect(searchBehind(sessionAt('trained', history))).toBe('found')
    expect(searchBehind(sessionAt('start', history))).toBeNull()
  })

  it('is the one that a taken formula names, wherever that was taken', () => {
    expect(searchBehind(sessionAt('taken', [begun, found, taken], 'found'))).toBe('found')
  })

  it('is forgotten where a new network begins', () => {
    const afresh = row('afresh', 'found', { kind: 'initialise' })
    expect(searchBehind(sessionAt('afresh', [begun, found, afresh]))).toBeNull()
  })
})

describe('a formula of the search', () => {
  it('is the revision that took it, or that of the search itself', () => {
    const session = sessionAt('trained', [begun, found, taken, trained])
    expect(revisionOf(simple, 'found', session)).toBe('taken')
    expect(revisionOf(exact, 'found', session)).toBe('found')
    expect(revisionOf(point(2, 4, 0.05), 'found', session)).toBeNull()
  })

  it('is the head when two revisions have taken it', () => {
    const again = { ...taken, id: 'again' }
    expect(revisionOf(simple, 'found', sessionAt('taken', [begun, found, taken, again]))).toBe('taken')
  })

  it('is found again in a front that has grown', () => {
    expect(sameFormula([point(0, 1, 1), { ...simple, index: 1 }], simple.sympy)?.index).toBe(1)
    expect(sameFormula([simple], null)).toBeNull()
  })

  it('is written in a line with four digits', () => {
    expect(plainFormula('2.9587123*x1**2 - 1.5e-07*exp(x)/2')).toBe('2.959·x1^2 − 1.5e−7·exp(x)/2')
    expect(rightSide('z_{1} = a = b')).toBe('a = b')
    expect(rightSide('x')).toBe('x')
  })
})

describe('the level of the noise', () => {
  it('is the error of the simplest formula that leaves nothing else', () => {
    const noisy = [point(0, 3, 0.4), { ...point(1, 5, 0.1), noise_left: true }]
    expect(noiseLevel([...noisy, { ...point(2, 9, 0.09), noise_left: true }])).toBe(0.1)
  })

  it('is unknown while structure is left, and without a search', () => {
    expect(noiseLevel([simple, exact])).toBeNull()
    expect(noiseLevel([])).toBeNull()
  })
})
