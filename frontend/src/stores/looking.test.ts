// @vitest-environment jsdom
/** Looking at an older revision: what is shown, what may be done, and what the head's events leave alone. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { actions, isEnabled, obstacleTo, registry } from '../actions/registry'
import type { CurvesText, RevisionSummary, RevisionView } from '../contract'
import type { UserAction } from '../actions/user_action'
import { makeNetwork } from '../model/network.fake'
import { HEAD, makeState } from '../model/session.fake'
import { rest } from '../transport/rest_client'
import { app } from './app.svelte'
import { looking } from './looking.svelte'

const OLD = 'r_old'
const CURVES = {
  type: 'curves',
  seq: 0,
  revision: OLD,
  action_id: null,
  points: 0,
  edges: '',
  x_low: '',
  x_high: '',
  y: '',
  importance: '',
  density: '',
} satisfies CurvesText

function row(id: string, number: number, parent: string | null): RevisionSummary {
  return {
    id,
    number,
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
    symbolic: false,
    front_search: null,
    front_index: null,
    edges_active: 1,
    note: null,
  }
}

function oldRevision(): RevisionView {
  if (app.head === null) throw new Error('no head')
  return { ...app.head, id: OLD, number: 0, network: makeNetwork([2, 3, 1]) }
}

beforeEach(() => {
  app.state = makeState(makeNetwork([2, 5, 1]))
  const { session } = app
  if (session === null) throw new Error('no session')
  const history = [row(OLD, 0, null), row(HEAD, 1, OLD)]
  app.state = {
    ...app.state,
    session: { ...session, history, revision: { ...session.revision, parent: OLD } },
  }
  vi.spyOn(rest, 'revision').mockImplementation(() => Promise.resolve(oldRevision()))
  vi.spyOn(rest, 'curves').mockResolvedValue(CURVES)
})

afterEach(() => {
  vi.restoreAllMocks()
  app.clear()
})

describe('looking at an older revision', () => {
  it('shows its network and curves while the head stays the head', async () => {
    await looking.follow('s_1', OLD)
    expect([app.revision?.id, app.network?.shape, app.curves?.revision]).toEqual([OLD, [2, 3, 1], OLD])
    expect([app.head?.id, app.session?.head, app.shown?.head]).toEqual([HEAD, HEAD, OLD])
    await looking.follow('s_1', null)
    expect([app.revision?.id, app.network?.shape]).toEqual([HEAD, [2, 5, 1]])
  })

  it('allows no change from the moment it is asked for, and says why', async () => {
    expect(isEnabled(actions.train)).toBe(true)
    const asked = looking.follow('s_1', OLD)
    expect(obstacleTo(actions.train)).toMatch('You are looking at revision 0')
    await asked
    const changing = [
      actions.undo,
      actions.redo,
      actions.pruneSelection,
      actions.refit,
      actions.findFormula,
      actions.mergeRevision,
      actions.snapAll,
    ]
    for (const action of changing) expect(isEnabled(action as UserAction), action.id).toBe(false)
    expect(registry.filter((action) => action.id === 'make_head').every((action) => isEnabled(action))).toBe(
      true,
    )
    await looking.follow('s_1', null)
    expect(obstacleTo(actions.train)).toBeNull()
    expect(obstacleTo(actions.makeHead)).toBe('You are looking at the head.')
  })

  it('is not disturbed by what happens to the head', async () => {
    await looking.follow('s_1', OLD)
    const { head } = app
    if (head === null) throw new Error('no head')
    const revision = { ...head, id: 'r_new', number: 2, parent: HEAD }
    const summary = row('r_new', 2, HEAD)
    app.apply({ type: 'revision', seq: 9, action_id: 'a', revision, summary, redo: null, request_id: null })
    expect([app.session?.head, app.revision?.id, app.session?.history.length]).toEqual(['r_new', OLD, 3])
  })

  it('asks for nothing that the session does not have', async () => {
    await looking.follow('s_1', 'r_never')
    expect(rest.revision).not.toHaveBeenCalled()
    expect(app.revision?.id).toBe(HEAD)
    expect(isEnabled(actions.train)).toBe(false)
  })

  it('shows the one that was asked for last', async () => {
    let first: (view: RevisionView) => void = () => undefined
    const late = new Promise<RevisionView>((resolve) => {
      first = resolve
    })
    vi.spyOn(rest, 'revision').mockReturnValueOnce(late)
    const slow = looking.follow('s_1', OLD)
    await looking.follow('s_1', null)
    first(oldRevision())
    await slow
    expect(app.revision?.id).toBe(HEAD)
  })

  it('tells why a revision cannot be shown, and asks again when it is looked at again', async () => {
    vi.spyOn(rest, 'revision').mockRejectedValueOnce(new TypeError('no network'))
    await looking.follow('s_1', OLD)
    expect(looking.problem?.detail).toBe('The server could not be reached.')
    expect(app.revision?.id).toBe(HEAD)
    await looking.follow('s_1', null)
    await looking.follow('s_1', OLD)
    expect([looking.problem, app.revision?.id]).toEqual([null, OLD])
  })
})
