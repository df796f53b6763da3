/** Who judges, before and after; roles of rows; nothing that depends on a sentence of the server. */
import { describe, expect, it } from 'vitest'
import { errorName, foretold, usualJudging, whereJudged } from './judging'
import { missingRole, rowRoles, withNewRole } from './roles'
import { viewOfJoiner } from './recorded'

const dataset = { ...viewOfJoiner.dataset, rows: 240 }

describe('who judges', () => {
  it('is foretold as the server will decide it', () => {
    expect(foretold(dataset, usualJudging, null)).toBe('20 % held out, 48 rows')
    expect(foretold({ ...dataset, rows: 60 }, usualJudging, null)).toBe('cross-validation, all 60 rows')
    expect(foretold(dataset, { ...usualJudging, kind: 'share', share: 0 }, 'site')).toBe(
      'cross-validation, all 240 rows, groups of site whole',
    )
    expect(foretold(dataset, { ...usualJudging, kind: 'last', share: 0.1 }, null)).toBe(
      'the last 24 of 240 rows',
    )
    expect(foretold(dataset, { ...usualJudging, kind: 'column', column: 'test' }, null)).toBe(
      'rows named by test',
    )
  })

  it('needs a column where a column is to name the rows', () => {
    const roles = { x: 'input', z: 'target' } as const
    const columns = dataset.columns
      .map((column, place) => ({ ...column, name: place === 0 ? 'x' : 'z' }))
      .slice(0, 2)
    const table = { ...dataset, columns }
    expect(missingRole(table, roles, { ...usualJudging, kind: 'column' })).toMatch(/rows judge/)
    expect(missingRole(table, roles, { ...usualJudging, kind: 'column', column: 'w' })).toBeNull()
  })

  it('names the error by how it came about', () => {
    const judged = {
      method: 'leave_one_out',
      kind: 'share',
      rows: 9,
      of: 9,
      folds: 0,
      groups: 0,
      group: '',
      column: '',
      copies: 0,
      text: '',
    } as const
    expect([errorName(judged), errorName(null)]).toEqual(['cross-validated', 'held-out'])
    expect(whereJudged({ judged })).toBe('by cross-validation')
    expect(whereJudged(null)).toBe('on held-out rows')
  })
})

describe('roles that say something about rows', () => {
  it('are one each, and rows have σ or weights', () => {
    let roles = withNewRole({ a: 'input', b: 'ignored', z: 'target' }, 'b', 'weight')
    expect(roles['b']).toBe('weight')
    roles = withNewRole(roles, 'a', 'sigma')
    expect(roles).toEqual({ a: 'sigma', b: 'ignored', z: 'target' })
    expect(
      rowRoles(
        {
          ...dataset,
          columns: dataset.columns.map((column, at) => ({ ...column, name: ['a', 'b', 'z'][at] ?? '' })),
        },
        roles,
        usualJudging,
      ),
    ).toEqual({
      weight: null,
      sigma: 'a',
      group: null,
      judging: usualJudging,
    })
  })
})
