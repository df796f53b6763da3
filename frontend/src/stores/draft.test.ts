// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ActionDraft, Problem } from '../contract'
import { answerTo } from '../model/draft/answer.fake'
import { makeNetwork } from '../model/network.fake'
import { makeState } from '../model/session.fake'
import { app } from './app.svelte'
import { DraftStore } from './draft.svelte'

const problem: Problem = {
  type: 'about:blank',
  title: 'The formula cannot be read',
  status: 422,
  detail: 'There is no column called sine.',
  code: 'action_failed',
  hint: 'Did you mean sin?',
  request_id: null,
  head: null,
  blob: null,
  fields: [],
  paths: [],
  line: null,
  position: null,
}

describe('a draft', () => {
  let sent: { action: ActionDraft; request: string }[] = []
  let draft: DraftStore
  const act = (action: ActionDraft, request: string) => sent.push({ action, request }) > 0
  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(300)

  function openFor(targets: string[], id = 's_1'): void {
    const state = makeState(makeNetwork([2, 5, 1]))
    if (state.session === null) throw new Error('no session')
    app.state = { ...state, session: { ...state.session, id, inputs: ['x'], targets } }
    draft.begin()
  }

  beforeEach(() => {
    vi.useFakeTimers()
    sent = []
    draft = new DraftStore({
      ask: (body) => Promise.resolve(answerTo(body)),
      columns: () => ['x'],
      spanOf: () => null,
    })
    openFor(['z'])
  })

  afterEach(() => {
    vi.useRealTimers()
    app.clear()
  })

  it('is complete with a formula for every target', () => {
    openFor(['z', 'w'])
    draft.formulas[0]?.write('a*x')
    draft.formulas[1]?.write(' ')
    expect(draft.complete).toBe(false)
    draft.formulas[1]?.write('x')
    expect(draft.complete).toBe(true)
  })

  it('stays as it was written when it is left, for the same targets of the same session only', async () => {
    draft.formula?.write('a*x')
    await settle()
    draft.formula?.move('a', 3)
    await settle()
    draft.leave()
    expect(draft.open).toBe(false)
    draft.begin()
    expect([draft.open, draft.formula?.text, draft.formula?.answer?.constants[0]?.value]).toEqual([
      true,
      'a*x',
      3,
    ])
    openFor(['z'], 's_2')
    expect(draft.formula?.text).toBe('')
  })

  it('takes the deviations that the session knows of', () => {
    const { session } = app
    if (session === null) throw new Error('no session')
    const judging = { kind: 'share' as const, share: 0.2, column: null, value: null }
    const rows = { weight: null, sigma: 's_z', group: null, judging }
    app.state = { ...app.state, session: { ...session, id: 's_3', rows } }
    draft.begin()
    expect(draft.formula?.sigma).toBe('s_z')
  })

  it('is taken with the values that a hand or a fit has decided on', async () => {
    draft.formula?.write(' a*x + b ')
    await settle()
    draft.formula?.set('b', { low: 0 })
    draft.formula?.fit()
    await settle()
    draft.send(act)
    expect(sent[0]?.action).toEqual({
      kind: 'from_formula',
      formulas: ['a*x + b'],
      constants: [
        { name: 'b', category: null, value: 2, low: 0, high: null, fixed: false, same_as: null },
        { name: 'a', category: null, value: 2, low: null, high: null, fixed: false, same_as: null },
      ],
      fit: false,
    })
    expect([draft.waiting, draft.settle()]).toEqual([true, false])
  })

  it('is fitted when it is taken before anybody has decided on values', async () => {
    draft.formula?.write('a*x')
    await settle()
    draft.send(act)
    expect(sent[0]?.action).toEqual({ kind: 'from_formula', formulas: ['a*x'], constants: [] })
  })

  it('of two targets with one name for two values says so', async () => {
    openFor(['z', 'w'])
    for (const [at, value] of [
      [0, 3],
      [1, 4],
    ] as const) {
      draft.formulas[at]?.write('a*x')
      await settle()
      draft.formulas[at]?.move('a', value)
      await settle()
    }
    expect(draft.disagreement).toBe('a')
    draft.formulas[1]?.move('a', 3)
    expect(draft.disagreement).toBeNull()
  })

  it('keeps the problem of its own request, and takes it from the messages over the network', () => {
    draft.formula?.write('sine(x)')
    draft.send(act)
    const key = `problem-${sent[0]?.request ?? ''}`
    app.state = {
      ...app.state,
      problems: [
        { key: 'problem-other', problem },
        { key, problem },
      ],
    }
    expect(draft.settle()).toBe(false)
    expect([draft.problem, draft.waiting]).toEqual([problem, false])
    expect(app.problems.map((entry) => entry.key)).toEqual(['problem-other'])
    draft.forgive()
    expect(draft.problem).toBeNull()
  })

  it('is done when the head has moved', () => {
    draft.formula?.write('sin(x)')
    draft.send(act)
    const { session } = app.state
    if (session !== null) app.state = { ...app.state, session: { ...session, head: 'r_next' } }
    expect([draft.settle(), draft.waiting]).toEqual([true, false])
  })

  it('does not wait when nothing was sent', () => {
    draft.formula?.write('sin(x)')
    draft.send(() => false)
    expect(draft.waiting).toBe(false)
  })
})
