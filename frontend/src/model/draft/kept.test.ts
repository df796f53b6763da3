import { describe, expect, it } from 'vitest'
import { makeAnswer } from './answer.fake'
import { knownOf, withSameRows } from './kept'

describe('what stays from one answer to the next', () => {
  it('is the arrays of rows that are the same, so that nothing of them is drawn again', () => {
    const [before, now] = [makeAnswer(), makeAnswer()]
    const kept = withSameRows(now, before)
    expect(kept.rows?.x).toBe(before.rows?.x)
    expect(kept.rows?.predicted).toBe(now.rows?.predicted)
  })

  it('is none of them when one row is another', () => {
    const [before, now] = [makeAnswer(), makeAnswer()]
    if (now.rows === null) throw new Error('no rows')
    const other = { ...now, rows: { ...now.rows, y: [0, 2, 5] } }
    expect(withSameRows(other, before)).toBe(other)
    expect(withSameRows(now, null)).toBe(now)
  })

  it('is the profiles that were asked for, until there are newer ones', () => {
    const profile = { key: 'a', values: [], above: [], threshold: 1, low: null, high: null, note: '' }
    const before = makeAnswer({ profiles: [profile] })
    expect(knownOf(makeAnswer(), before).profiles).toEqual([profile])
    const newer = makeAnswer({ profiles: [{ ...profile, key: 'b' }] })
    expect(knownOf(newer, before).profiles?.[0]?.key).toBe('b')
    expect(knownOf(newer, null)).toEqual({})
  })
})
