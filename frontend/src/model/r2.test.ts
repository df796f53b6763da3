import { describe, expect, it } from 'vitest'
import cases from './r2.cases.json'
import { r2Figure, r2Text } from './r2'

describe('R²', () => {
  it.each(cases)('of %d is called %s and reads %s', (value, name, text) => {
    const figure = r2Figure(Number(value))
    expect([figure.name, figure.value.replace('−', '-')]).toEqual([name, text])
  })

  it('is never a sum that has to be worked out, nor NaN', () => {
    expect(r2Text(1 - 2e-5)).toBe('R² 0.99998')
    expect(r2Text(1 - 2e-9)).toBe('1 − R² 2e−9')
    expect(r2Text(NaN)).toBe('R² –')
    expect(r2Text(null)).toBe('R² –')
  })
})
