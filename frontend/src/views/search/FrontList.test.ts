// @vitest-environment jsdom
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FrontPoint } from '../../contract'
import { makeNetwork } from '../../model/network.fake'
import { HEAD, makeState } from '../../model/session.fake'
import type { State } from '../../model/state'
import { app } from '../../stores/app.svelte'
import * as client from '../../stores/client'
import { search } from '../../stores/search.svelte'
import FrontList from './FrontList.svelte'

const points: FrontPoint[] = [
  {
    index: 0,
    sympy: 'x',
    latex: 'z = x',
    complexity: 1,
    test_rmse: 0.5,
    noise_left: false,
    relative_residual: null,
    verdict: null,
  },
  {
    index: 1,
    sympy: '2.0*x',
    latex: 'z = 2 x',
    complexity: 3,
    test_rmse: 0.1,
    noise_left: false,
    relative_residual: null,
    verdict: null,
  },
  {
    index: 2,
    sympy: 'exp(x)',
    latex: 'z = e^{x}',
    complexity: 4,
    test_rmse: 1e-9,
    noise_left: false,
    relative_residual: null,
    verdict: null,
  },
]
const action = { kind: 'search', budget: 30, seed: 0, ignore_locked: false, parent: null } as const

function searching(): State {
  const running = {
    action_id: 'a',
    action,
    label: 'search',
    by: null,
    paused: false,
    held: false,
    waiting: null,
  }
  return {
    ...makeState(makeNetwork([1, 1])),
    running,
    front: { action_id: 'a', points, best: 2 },
  }
}

/** The head is what the search made: its last formula. */
function found(): State {
  const state = makeState(makeNetwork([1, 1]))
  const { session } = state
  if (session === null) throw new Error('the fake has a session')
  const summary = {
    id: HEAD,
    number: 1,
    parent: null,
    kind: 'search',
    label: 'search',
    created_at: '',
    by: null,
    test_rmse: 1e-9,
    accuracy_test: null,
    cross_entropy_test: null,
    equation_rms: null,
    relative_residual: null,
    verdict: null,
    complexity: 4,
    symbolic: true,
    front_search: null,
    front_index: null,
    edges_active: 1,
    note: null,
  }
  return {
    ...state,
    session: { ...session, history: [summary], revision: { ...session.revision, action } },
  }
}

describe('the list of the front', () => {
  let view: Record<string, unknown>

  function show(state: State): HTMLButtonElement[] {
    app.state = state
    view = mount(FrontList, { target: document.body })
    flushSync()
    return [...document.querySelectorAll('button')]
  }

  function press(key: string): void {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    flushSync()
  }

  beforeEach(() => {
    vi.stubGlobal(
      'ResizeObserver',
      class {
        observe(): void {}
        disconnect(): void {}
      },
    )
    search.kept.value = { revision: HEAD, points }
  })

  afterEach(async () => {
    await unmount(view)
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
    search.kept.reset()
    search.look(null)
    search.wanted = null
    app.clear()
  })

  it('has a row for each formula with complexity and error', () => {
    const rows = show(found())
    expect(rows).toHaveLength(3)
    const cells = [...document.querySelectorAll('tbody td.number')].map((cell) => cell.textContent)
    expect(cells).toEqual(['1', '0.50', '3', '0.10', '4', '1.0e−9'])
  })

  it('says which formula the head is', () => {
    const rows = show(found())
    expect(rows.map((row) => row.getAttribute('aria-current'))).toEqual([null, null, 'true'])
  })

  it('is walked by arrows, which show each formula in the formula bar', () => {
    const [first] = show(found())
    first?.focus()
    press('ArrowDown')
    expect(search.looked?.index).toBe(1)
    expect(search.preview?.latex).toBe('z = 2 x')
    press('End')
    expect(search.looked?.index).toBe(2)
    press('ArrowDown')
    expect(search.looked?.index).toBe(2)
  })

  it('opens a formula by a click and leaves the preview', () => {
    const act = vi.spyOn(client, 'act').mockReturnValue(true)
    show(found())[1]?.click()
    flushSync()
    expect(act).toHaveBeenCalledExactlyOnceWith({ kind: 'adopt', search: HEAD, index: 1 })
    expect(search.looked).toBeNull()
  })

  it('does not take what is there already', () => {
    const act = vi.spyOn(client, 'act').mockReturnValue(true)
    const move = vi.spyOn(client, 'moveHead').mockReturnValue(true)
    show(found())[2]?.click()
    expect(act).not.toHaveBeenCalled()
    expect(move).not.toHaveBeenCalled()
  })

  it('only shows a formula while the search runs', () => {
    const act = vi.spyOn(client, 'act').mockReturnValue(true)
    const rows = show(searching())
    expect(rows.map((row) => row.textContent.includes('best'))).toEqual([false, false, true])
    rows[0]?.click()
    flushSync()
    expect(act).not.toHaveBeenCalled()
    expect(search.preview?.latex).toBe('z = x')
  })
})

describe('what was wanted when the search was stopped', () => {
  afterEach(() => {
    search.kept.reset()
    search.wanted = null
    app.clear()
  })

  it('is taken once, from the front that was kept', () => {
    app.state = found()
    search.kept.value = { revision: HEAD, points }
    search.wanted = { head: 'before', sympy: '2.0*x' }
    expect(search.settle()?.index).toBe(1)
    expect(search.settle()).toBeNull()
  })

  it('waits for the end of the search and for its front', () => {
    app.state = searching()
    search.wanted = { head: HEAD, sympy: '2.0*x' }
    expect(search.settle()).toBeNull()
    expect(search.wanted).not.toBeNull()
  })

  it('is forgotten when the search left nothing', () => {
    app.state = makeState(makeNetwork([1, 1]))
    search.wanted = { head: HEAD, sympy: '2.0*x' }
    expect(search.settle()).toBeNull()
    expect(search.wanted).toBeNull()
  })
})
