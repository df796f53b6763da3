/** The small models of the page: address, search, roles, times, losses, ticks, labels. */
import { describe, expect, it } from 'vitest'
import type { RunningView } from '../contract'
import { formatAddress, parseAddress } from './address'
import { formatAgo, formatSeconds } from './durations'
import { logTicks, tickText } from './log_ticks'
import { lossTimeline } from './loss_timeline'
import { viewOfJoiner } from './recorded'
import { revisionLabel } from './revision_label'
import { chosenTarget, missingRole, suggestedRoles, withRole } from './roles'
import { documentTitle, keptByCancel, pauseText, progressText, share, waitingText } from './run_state'
import { search } from './search'
import { initialState } from './state'

describe('the address', () => {
  it('names session, revision and edge, and is read back the same', () => {
    const address = {
      page: 'session',
      session: 's_1',
      revision: 'r_2',
      edge: { layer: 0, source: 1, target: 2 },
    } as const
    expect(formatAddress(address)).toBe('/s/s_1?rev=r_2&edge=0,1,2')
    expect(parseAddress('/s/s_1', '?rev=r_2&edge=0,1,2')).toEqual(address)
  })

  it('is the start page when it names nothing known', () => {
    expect(parseAddress('/', '')).toEqual({ page: 'start' })
    expect(parseAddress('/s/', '')).toEqual({ page: 'start' })
    expect(parseAddress('/elsewhere', '')).toEqual({ page: 'start' })
  })

  it('ignores an edge it cannot read', () => {
    expect(parseAddress('/s/a', '?edge=1,2')).toMatchObject({ edge: null })
    expect(parseAddress('/s/a', '?edge=x,y,z')).toMatchObject({ edge: null })
  })
})

describe('searching commands', () => {
  const titles = [
    'Undo',
    'Redo',
    'Copy the formula as Python',
    'Prune the selection',
    'Copy the formula as LaTeX',
  ]

  it('finds by the beginnings of words', () => {
    expect(search(titles, 'cop pyt', (title) => title)[0]).toBe('Copy the formula as Python')
    expect(search(titles, 'cfl', (title) => title)[0]).toBe('Copy the formula as LaTeX')
  })

  it('leaves out what lacks a letter and keeps the order when nothing is typed', () => {
    expect(search(titles, 'xyz', (title) => title)).toEqual([])
    expect(search(titles, ' ', (title) => title)).toEqual(titles)
  })
})

describe('roles of columns', () => {
  const { dataset } = viewOfJoiner

  it('begin as suggested and can start a session', () => {
    const roles = suggestedRoles(dataset)
    expect(withRole(dataset, roles, 'input')).toEqual(viewOfJoiner.inputs)
    expect(withRole(dataset, roles, 'target')).toEqual(viewOfJoiner.targets)
    expect(missingRole(dataset, roles)).toBeNull()
  })

  it('say what is missing', () => {
    const roles = Object.fromEntries(dataset.columns.map(({ name }) => [name, 'input' as const]))
    expect(missingRole(dataset, roles)).toMatch(/target/)
    expect(missingRole(dataset, {})).not.toBeNull()
  })

  it('say which target was chosen and why, until a person decides', () => {
    const suggested = suggestedRoles(dataset)
    const [target] = withRole(dataset, suggested, 'target')
    expect(chosenTarget(dataset, suggested)).toBe(
      `Target: ${target} (the last column of numbers that can be used). Choose another under Role.`,
    )
    const columns = dataset.columns.map((column) => ({
      ...column,
      minimum: column.role === 'target' ? null : column.minimum,
    }))
    expect(chosenTarget({ ...dataset, columns }, suggested)).toContain('text labels, learned as classes')
    expect(chosenTarget(dataset, { ...suggested, [target ?? '']: 'ignored' })).toBeNull()
  })
})

describe('times', () => {
  it.each([
    [0.42, '0.4 s'],
    [12.3, '12 s'],
    [60, '1 min'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
  ])('%d seconds read %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text)
  })

  it.each([
    [5, 'just now'],
    [70, 'a minute ago'],
    [600, '10 minutes ago'],
    [7300, '2 hours ago'],
    [100_000, 'yesterday'],
    [300_000, '3 days ago'],
    [9_000_000, '2026-01-01'],
  ])('%d seconds ago reads %s', (seconds, text) => {
    const moment = '2026-01-01T00:00:00Z'
    expect(formatAgo(moment, Date.parse(moment) + 1000 * seconds)).toBe(text)
  })
})

describe('the loss timeline', () => {
  const point = (step: number, error: number) => ({
    step,
    train_rmse: error,
    test_rmse: 2 * error,
    event: null,
    event_kind: null,
    intervals: null,
  })

  it('joins the revisions of a lineage and then the running action', () => {
    const parts = [
      { label: 'start', losses: [] },
      { label: 'train', losses: [point(0, 8), point(1, 4)] },
      { label: 'prune', losses: [point(1, 3), point(2, 2)] },
    ]
    const live = { action_id: 'a', step: [1], train_rmse: [1], test_rmse: [2], marks: [] }
    const line = lossTimeline(parts, live, 'refit')
    expect(line.step).toEqual([0, 1, 2, 3, 4])
    expect(line.train).toEqual([8, 4, 3, 2, 1])
    expect(line.test).toEqual([16, 8, 6, 4, 2])
    expect(line.marks).toEqual([
      { step: 0, label: 'train' },
      { step: 2, label: 'prune' },
      { step: 4, label: 'refit' },
    ])
  })

  it('is empty before the first step', () => {
    expect(lossTimeline([], null, '').step).toEqual([])
  })
})

describe('ticks of a logarithmic axis', () => {
  it('are decades where there are enough, never more than asked', () => {
    expect(logTicks(1e-16, 1, 4).length).toBeLessThanOrEqual(5)
    expect(logTicks(0.02, 300)).toEqual([0.1, 1, 10, 100])
  })

  it('are 1, 2 and 5 within a decade', () => {
    expect(logTicks(0.015, 0.6)).toEqual([0.02, 0.05, 0.1, 0.2, 0.5])
  })

  it('are round numbers at equal distances where 1, 2 and 5 are too few', () => {
    expect(logTicks(0.02, 0.09)).toEqual([0.02, 0.04, 0.06, 0.08])
    expect(logTicks(0.0141, 0.0163)).toEqual([0.0145, 0.015, 0.0155, 0.016])
    expect(logTicks(0.47, 1.2)).toEqual([0.6, 0.8, 1, 1.2])
  })

  it('are at least two wherever the range lies and however narrow it is', () => {
    for (let low = 1e-9; low < 1e5; low *= 1.37)
      for (const factor of [1.02, 1.1, 1.5, 2, 4, 9, 12, 40, 1e4, 1e12]) {
        const found = logTicks(low, low * factor)
        expect(found.length, `${low} × ${factor}`).toBeGreaterThanOrEqual(2)
        expect(found.length, `${low} × ${factor}`).toBeLessThanOrEqual(7)
      }
  })

  it('say their mantissa, and powers of ten where zeros would be counted', () => {
    expect([0.0145, 0.2, 1, 500, 1e-5, 2e-5, 1.45e-4, 1e6].map(tickText)).toEqual([
      '0.0145',
      '0.2',
      '1',
      '500',
      '10<sup>−5</sup>',
      '2·10<sup>−5</sup>',
      '1.45·10<sup>−4</sup>',
      '10<sup>6</sup>',
    ])
  })

  it('are none without a range', () => {
    expect(logTicks(0, 1)).toEqual([])
    expect(logTicks(Infinity, -Infinity)).toEqual([])
  })
})

describe('words', () => {
  const frame = {
    type: 'progress',
    seq: 1,
    action_id: 'a',
    step: 5,
    steps: 60,
    start: null,
    starts: null,
    train_rmse: null,
    test_rmse: null,
    cross_entropy_train: null,
    cross_entropy_test: null,
    penalty: null,
    steps_per_second: null,
    seconds_left: null,
    message: null,
  } as const

  it('use names instead of indices in the history', () => {
    expect(revisionLabel('(0,0,0) is x^2', viewOfJoiner.revision.network)).toMatch(/^r → \S+ is x²$/)
    expect(revisionLabel('train · sparse', null)).toBe('train · sparse')
  })

  it('say rate and time left once they are known', () => {
    expect(progressText(null, null)).toBe('starting …')
    expect(progressText(frame, null)).toBe('5 of 60 steps')
    expect(progressText({ ...frame, steps_per_second: 4.26, seconds_left: 13 }, null)).toBe(
      '5 of 60 steps · 4.3 steps/s · 13 s left',
    )
    const action = { kind: 'search', budget: 30, seed: 0, ignore_locked: false, parent: null } as const
    const running = {
      action_id: 'a',
      action,
      label: 'search',
      by: null,
      paused: false,
      held: false,
      waiting: null,
    }
    expect(progressText({ ...frame, seconds_left: 11.2 }, running)).toBe('5 of 60 tasks · 12 s left')
    expect(share({ ...frame, seconds_left: 12 }, running)).toBe(0.6)
  })

  it('count the steps of competing starts apart', () => {
    const heat = { ...frame, step: 7, steps: 15, start: 2, starts: 3, steps_per_second: 9 }
    expect(progressText(heat, null)).toBe('start 2 of 3 competes · 7 of 15 steps')
    expect(share(heat, null)).toBe(0)
  })

  it('tell a pause that is wanted, one that frees a worker, and one that waits for a worker again', () => {
    const action = { kind: 'train' } as RunningView['action']
    const running = {
      action_id: 'a',
      action,
      label: 'train',
      by: null,
      paused: false,
      held: false,
      waiting: null,
    }
    const search = { ...running, action: { kind: 'search' } as RunningView['action'] }
    const at = { ...frame, step: 34 }
    expect(pauseText(running, at)).toBe('')
    expect(pauseText({ ...running, paused: true }, at)).toBe('pausing at the end of this step …')
    const held = { paused: true, held: true }
    expect(pauseText({ ...running, ...held }, at)).toBe(
      'Paused at step 34 of 60; the worker is free for others',
    )
    expect(pauseText({ ...running, ...held }, { ...at, start: 2, starts: 3, steps: 40 })).toBe(
      'Paused at start 2 of 3, step 34 of 40; the worker is free for others',
    )
    expect(pauseText({ ...search, ...held }, at)).toBe(
      'Paused at 34 of 60 tasks; the worker is free for others',
    )
    expect(pauseText({ ...running, ...held }, null)).toBe('Paused; the worker is free for others')
    expect(pauseText({ ...running, held: true }, at)).toBe('goes on as soon as a worker is free …')
  })

  it('say what a cancel leaves, each action its own', () => {
    const of = (kind: 'train' | 'search' | 'lock') =>
      ({
        action_id: 'a',
        action: { kind },
        label: '',
        by: null,
        paused: false,
        held: false,
        waiting: null,
      }) as unknown as RunningView
    expect(keptByCancel(of('train'), false)).toContain('best state so far')
    expect(keptByCancel(of('search'), true)).toContain('best formula so far')
    expect(keptByCancel(of('search'), false)).toContain('nothing changes')
    expect(keptByCancel(of('lock'), true)).toContain('nothing changes')
  })

  it('say who waits for a turn, as which of how many and for about how long', () => {
    const at = (place: number, of: number, seconds: number | null) => waitingText({ place, of, seconds })
    expect(at(3, 12, 20)).toBe('Waiting: 3rd of 12, about 20 s')
    expect(at(1, 1, null)).toBe('Waiting: next')
    expect(at(1, 2, 0.2)).toBe('Waiting: 1st of 2, about 1 s')
    expect(at(11, 40, 7.6)).toBe('Waiting: 11th of 40, about 8 s')
    expect(at(22, 101, 200)).toBe('Waiting: 22nd of 101, about 3 min 20 s')
    const action = { kind: 'train' } as const
    const waiting = { place: 2, of: 3, seconds: null }
    const running = {
      action_id: 'a',
      action,
      label: 'train',
      paused: false,
      waiting,
    } as unknown as RunningView
    expect(progressText(null, running)).toBe('Waiting: 2nd of 3')
    expect(keptByCancel(running, false)).toBe('it has not begun, so nothing changes')
    expect(keptByCancel({ ...running, held: true }, false)).toContain('best state so far')
    const { running: _, seq: __, ...session } = viewOfJoiner
    expect(documentTitle({ ...initialState, session, running })).toBe('⋯ train · Nebulae')
  })

  it('show progress in the title of the tab', () => {
    const { running: _, seq: __, ...session } = viewOfJoiner
    const action = session.revision.action
    expect(documentTitle(initialState)).toBe('Kanscope')
    expect(documentTitle({ ...initialState, session })).toBe('Nebulae · Kanscope')
    const running = {
      action_id: 'a',
      action,
      label: 'train',
      by: null,
      paused: false,
      held: false,
      waiting: null,
    }
    expect(documentTitle({ ...initialState, session, running })).toBe('0 % train · Nebulae')
  })
})
