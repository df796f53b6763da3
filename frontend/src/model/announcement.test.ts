/** What is said when somebody has changed something, and to where it can be taken back. */
import { describe, expect, it } from 'vitest'
import type { Event, RevisionSummary, RevisionView } from '../contract'
import { announcement, initials } from './announcement'
import { makeNetwork } from './network.fake'

const row = (number: number, parent: number | null, by: string | null): RevisionSummary => ({
  id: `r${number}`,
  number,
  parent: parent === null ? null : `r${parent}`,
  kind: 'train',
  label: 'train',
  created_at: '',
  by,
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
})
const HISTORY = [row(0, null, null), row(1, 0, 'Ada'), row(2, 1, 'Ada')]

const viewOf = ({ id, number, parent, label, by }: RevisionSummary) =>
  ({ id, number, parent, label, by, network: makeNetwork([2, 2, 1]) }) as unknown as RevisionView

function moved(from: number, to: number, by: string | null): Extract<Event, { type: 'head' }> {
  const [former, next] = [HISTORY[from], HISTORY[to]]
  if (former === undefined || next === undefined) throw new Error('no such revision')
  return { type: 'head', seq: 1, revision: viewOf(next), redo: null, former: former.id, by, request_id: 'q' }
}

function made(by: string | null, parent: number | null = 2): Extract<Event, { type: 'revision' }> {
  const summary = row(3, parent, by)
  return {
    type: 'revision',
    seq: 1,
    action_id: 'a',
    revision: viewOf(summary),
    summary,
    redo: null,
    request_id: null,
  }
}

describe('what others change', () => {
  it('is said with their name and can be taken back', () => {
    expect(announcement(moved(2, 0, 'Bob'), HISTORY, false)).toEqual({
      text: 'Bob moved the head from revision 2 to revision 0',
      back: { revision: 'r2', from: 'r0' },
      verb: 'Undo',
    })
    expect(announcement(made('Bob'), HISTORY, false)).toEqual({
      text: 'Bob made “train”, now revision 3',
      back: { revision: 'r2', from: 'r3' },
      verb: 'Undo',
    })
  })

  it('names whose work was undone', () => {
    expect(announcement(moved(2, 1, 'Bob'), HISTORY, false)?.text).toBe(
      'Bob undid Ada’s “train”: revision 1 is the head',
    )
    expect(announcement(moved(2, 1, 'Ada'), HISTORY, false)?.text).toBe(
      'Ada undid “train”: revision 1 is the head',
    )
  })

  it('is called by the names of columns and functions', () => {
    const event = made('Bob')
    event.revision.label = '(0,1,0) is x^2'
    expect(announcement(event, HISTORY, false)?.text).toBe('Bob made “x1 → h₀ is x²”, now revision 3')
    const history = HISTORY.map((each) => ({ ...each, label: '(0,1,0) back to spline' }))
    expect(announcement(moved(2, 1, 'Bob'), history, false)?.text).toBe(
      'Bob undid Ada’s “x1 → h₀ back to spline”: revision 1 is the head',
    )
  })

  it('is said of somebody who gave no name', () => {
    expect(announcement(moved(2, 0, null), HISTORY, false)?.text).toMatch(/^Somebody moved/)
    expect(announcement(made(null), HISTORY, false)?.text).toMatch(/^Somebody made/)
  })
})

describe('what one does oneself', () => {
  it('is not announced', () => {
    expect(announcement(moved(2, 0, 'Bob'), HISTORY, true)).toBeNull()
    expect(announcement(made('Bob'), HISTORY, true)).toBeNull()
    expect(announcement(moved(2, 1, 'Ada'), HISTORY, true)).toBeNull()
  })

  it('is said when it takes back what another person has made', () => {
    expect(announcement(moved(2, 1, 'Bob'), HISTORY, true)).toEqual({
      text: 'You undid Ada’s “train”: revision 1 is the head',
      back: { revision: 'r2', from: 'r1' },
      verb: 'Redo',
    })
  })
})

it('says nothing of a move that it cannot place, or of the first revision', () => {
  expect(announcement({ ...moved(2, 0, 'Bob'), former: null }, HISTORY, false)).toBeNull()
  expect(announcement(made('Bob', null), HISTORY, false)).toBeNull()
})

it('shortens names to their initials', () => {
  expect(['Ada Lovelace', 'Guest 274', 'ada', 'M. L.', 'Österreich Übel', '—'].map(initials)).toEqual([
    'AL',
    'G2',
    'A',
    'ML',
    'ÖÜ',
    '?',
  ])
})
