import { describe, expect, it } from 'vitest'
import type { Event } from '../contract'
import { applyEvent } from './apply_event'
import { recordedEvents, viewOfJoiner } from './recorded'
import { initialState, type State } from './state'

function fold(events: readonly Event[], from: State = initialState): State {
  return events.reduce(applyEvent, from)
}

const whole = fold(recordedEvents)

/** Without what a page only hears while it is connected. */
function lasting({ session, running, lastSeq }: State) {
  return { session, running, lastSeq }
}

describe('a recorded session', () => {
  it('folds to what a page that joins afterwards is sent', () => {
    const { running, seq: _, ...session } = viewOfJoiner
    expect(whole.session).toEqual(session)
    expect(whole.running).toEqual(running)
  })

  it('keeps the curves of the head', () => {
    expect(whole.curves?.revision).toBe(viewOfJoiner.head)
    const curve = whole.curves?.byEdge.get('0,0,0')
    expect(curve?.y).toHaveLength(whole.curves?.points ?? 0)
    expect(whole.curves?.density.get('0,0')).toHaveLength(16)
  })

  it('shows the refused action as a problem and lives on', () => {
    expect(whole.problems).toHaveLength(1)
    expect(whole.problems[0]?.problem.detail).not.toBe('')
    expect(whole.session?.history).toHaveLength(4)
  })

  it('is the same after a dropped connection, wherever it was dropped', () => {
    for (let at = 1; at < recordedEvents.length; at += 1) {
      const before = fold(recordedEvents.slice(0, at))
      const missed = recordedEvents.filter(
        (event) => event.type === 'view' || event.seq > (before.lastSeq ?? 0),
      )
      expect(fold(missed.slice(1), before)).toEqual(whole)
    }
  })

  it('is not changed by events that are replayed a second time', () => {
    const replayed = fold(recordedEvents.slice(1), whole)
    expect(lasting(replayed)).toEqual(lasting(whole))
    expect(replayed.problems).toEqual(whole.problems)
  })

  it('leaves every former state as it was', () => {
    const states: State[] = []
    recordedEvents.reduce((state, event) => {
      const next = applyEvent(state, event)
      states.push(next)
      return next
    }, initialState)
    const copies = structuredClone(states.map(lasting))
    fold(recordedEvents.slice(5), states[4])
    expect(states.map(lasting)).toEqual(copies)
  })
})

describe('a running action', () => {
  const started = recordedEvents.slice(0, 6)
  const running = fold(started)
  const id = running.running?.action_id ?? ''
  const seq = (running.lastSeq ?? 0) + 1

  it('shows progress and losses until it ends', () => {
    expect(running.progress?.action_id).toBe(id)
    expect(running.losses?.step.length).toBeGreaterThan(0)
    const ended = applyEvent(running, { type: 'action_ended', seq, action_id: id, outcome: 'cancelled' })
    expect(ended).toMatchObject({ running: null, progress: null, losses: null })
  })

  it('can be paused, and only it', () => {
    expect(
      applyEvent(running, { type: 'action_paused', seq, action_id: id, paused: true }).running?.paused,
    ).toBe(true)
    expect(
      applyEvent(running, { type: 'action_paused', seq, action_id: 'other', paused: true }).running?.paused,
    ).toBe(false)
  })

  it('is not disturbed by frames of an action that has ended', () => {
    const progress = running.progress
    if (progress === null) throw new Error('The recording has progress.')
    const late = applyEvent(running, { ...progress, seq, action_id: 'other', step: 99 })
    expect(late.progress).toEqual(progress)
  })

  it('shows the front of the search that runs, as long as it runs', () => {
    const points = [
      {
        index: 0,
        sympy: 'x',
        latex: 'z = x',
        complexity: 1,
        test_rmse: 0.1,
        noise_left: false,
        relative_residual: null,
        verdict: null,
      },
    ]
    const front = { type: 'front', seq, points, best: 0 } as const
    const searching = applyEvent(running, { ...front, action_id: id })
    expect(searching.front).toEqual({ action_id: id, points, best: 0 })
    expect(applyEvent(running, { ...front, action_id: 'other' }).front).toBeNull()
    const ended = { type: 'action_ended', seq: seq + 1, action_id: id, outcome: 'cancelled' } as const
    expect(applyEvent(searching, ended).front).toBeNull()
  })

  it('keeps the density of the last revision', () => {
    const frame = recordedEvents.find((event) => event.type === 'curves' && event.revision === null)
    if (frame === undefined) throw new Error('The recording has frames of a running action.')
    expect(applyEvent(running, { ...frame, seq }).curves?.density.size).toBe(1)
  })
})

describe('messages', () => {
  const seq = (whole.lastSeq ?? 0) + 1

  it('gather until a person closes them', () => {
    const once = applyEvent(whole, { type: 'notice', seq, code: 'interrupted', text: 'Lost.' })
    const twice = applyEvent(once, { type: 'notice', seq: seq + 1, code: 'worker_restarted', text: 'Again.' })
    expect(twice.notices.map(({ text }) => text)).toEqual(['Lost.', 'Again.'])
  })

  it('count the viewers', () => {
    expect(applyEvent(whole, { type: 'presence', seq, viewers: 3 }).viewers).toBe(3)
  })
})
