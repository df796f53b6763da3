// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ActionDraft, FormulaReading, Problem } from '../contract'
import { makeNetwork } from '../model/network.fake'
import { makeState } from '../model/session.fake'
import { app } from './app.svelte'
import { LawStore } from './law.svelte'

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

describe('a law being written down', () => {
  let sent: { action: ActionDraft; request: string }[] = []
  let read: string[] = []
  let law: LawStore
  const act = (action: ActionDraft, request: string) => sent.push({ action, request }) > 0

  function write(at: number, text: string): void {
    const line = law.lines[at]
    if (line !== undefined) law.write(line, text)
  }

  beforeEach(() => {
    vi.useFakeTimers()
    sent = []
    read = []
    app.state = makeState(makeNetwork([2, 5, 1]))
    law = new LawStore((_, target, text): Promise<FormulaReading> => {
      read.push(text)
      return Promise.resolve({ target, problem: null, test_rmse: 0.5, rows_without_value: 0, rows: 100 })
    })
    law.begin('s_1', ['z'])
  })

  afterEach(() => {
    vi.useRealTimers()
    app.clear()
  })

  it('is complete with a formula for every target', () => {
    law.begin('s_1', ['z', 'w'])
    write(0, 'sin(x)')
    expect(law.complete).toBe(false)
    write(1, ' ')
    expect(law.complete).toBe(false)
    write(1, 'y')
    expect(law.complete).toBe(true)
  })

  it('is wrong when the server cannot read it as it stands', async () => {
    law = new LawStore((_, target, text): Promise<FormulaReading> => {
      const slip = text.includes('sine') ? 'Position 1: there is no function called sine.' : null
      return Promise.resolve({ target, problem: slip, test_rmse: null, rows_without_value: 0, rows: 100 })
    })
    law.begin('s_1', ['z'])
    write(0, 'sine(x)')
    expect(law.wrong).toBe(false)
    await vi.advanceTimersByTimeAsync(300)
    expect(law.wrong).toBe(true)
    write(0, 'sin(x)')
    expect(law.wrong).toBe(false)
    await vi.advanceTimersByTimeAsync(300)
    expect(law.wrong).toBe(false)
  })

  it('is kept for the same targets of the same session only', () => {
    write(0, 'sin(x)')
    law.begin('s_1', ['z'])
    expect(law.lines[0]?.text).toBe('sin(x)')
    law.begin('s_2', ['z'])
    expect(law.lines[0]?.text).toBe('')
  })

  it('is read once the typing rests', async () => {
    for (const text of ['s', 'si', 'sin(x)']) write(0, text)
    expect(read).toEqual([])
    await vi.runAllTimersAsync()
    expect(read).toEqual(['sin(x)'])
    expect(law.lines[0]?.reading.value?.test_rmse).toBe(0.5)
    write(0, '')
    expect(law.lines[0]?.reading.value).toBeNull()
  })

  it('is asked for without the space around it', () => {
    write(0, ' sin(x) ')
    law.send(act)
    expect(sent[0]?.action).toEqual({ kind: 'from_formula', formulas: ['sin(x)'] })
    expect(law.waiting).toBe(true)
    expect(law.settle()).toBe(false)
  })

  it('keeps the problem of its own request, and takes it from the messages over the network', () => {
    write(0, 'sine(x)')
    law.send(act)
    const key = `problem-${sent[0]?.request ?? ''}`
    app.state = {
      ...app.state,
      problems: [
        { key: 'problem-other', problem },
        { key, problem },
      ],
    }
    expect(law.settle()).toBe(false)
    expect(law.problem).toBe(problem)
    expect(law.waiting).toBe(false)
    expect(app.problems.map((entry) => entry.key)).toEqual(['problem-other'])
    write(0, 'sin(x)')
    expect(law.problem).toBeNull()
  })

  it('is done when the head has moved', () => {
    write(0, 'sin(x)')
    law.send(act)
    const { session } = app.state
    if (session !== null) app.state = { ...app.state, session: { ...session, head: 'r_next' } }
    expect(law.settle()).toBe(true)
    expect(law.waiting).toBe(false)
  })

  it('does not wait when nothing was sent', () => {
    write(0, 'sin(x)')
    law.send(() => false)
    expect(law.waiting).toBe(false)
  })
})
