import { describe, expect, it } from 'vitest'
import { shortened } from './short_names'

describe('names in a drawing', () => {
  it('stay whole while there is room', () => {
    expect(shortened('first measurement', 11)).toBe('first measurement')
    expect(shortened('', 1)).toBe('')
  })

  it('end with an ellipsis, sooner when their letters are wide', () => {
    expect(shortened('temperature of the coolant', 9)).toBe('temperature of…')
    expect(shortened('W'.repeat(30), 9)).toBe('W'.repeat(8) + '…')
    expect(shortened('illicit little lilies in it', 9)).toMatch(/^illicit little lil.*…$/)
  })

  it('keep at least one letter and never cut one in two', () => {
    expect(shortened('temperature', 0)).toBe('t…')
    expect(shortened('𝜏𝜏𝜏𝜏', 1.5)).toBe('𝜏…')
  })
})
