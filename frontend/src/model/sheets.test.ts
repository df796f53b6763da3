import { describe, expect, it } from 'vitest'
import { bring, dragged, larger, needsSheets, pressTab, smaller, standsBeside, type Sheet } from './sheets'

const half: Sheet = { name: 'train', size: 'half' }
const full: Sheet = { name: 'train', size: 'full' }

describe('sheets', () => {
  it('are open one at a time', () => {
    expect(pressTab(null, 'train')).toEqual(half)
    expect(pressTab(half, 'history')).toEqual({ name: 'history', size: 'half' })
    expect(pressTab(full, 'history')).toEqual({ name: 'history', size: 'full' })
  })

  it('close by the tab that opened them', () => {
    expect(pressTab(half, 'train')).toBeNull()
    expect(pressTab(full, 'train')).toBeNull()
  })

  it('come up half when something is chosen, and stay as they are when they are up', () => {
    expect(bring(full, 'inspector')).toEqual({ name: 'inspector', size: 'half' })
    expect(bring(full, 'train')).toBe(full)
  })

  it('have three states, one step apart', () => {
    expect(larger(half)).toEqual(full)
    expect(larger(full)).toEqual(full)
    expect(smaller(full)).toEqual(half)
    expect(smaller(half)).toBeNull()
    expect(smaller(null)).toBeNull()
  })

  it('follow a drag, but not a trembling finger', () => {
    expect(dragged(half, -80, 500)).toEqual(full)
    expect(dragged(full, 80, 500)).toEqual(half)
    expect(dragged(full, 400, 500)).toBeNull()
    expect(dragged(half, 80, 500)).toBeNull()
    expect(dragged(half, 5, 500)).toBe(half)
    expect(dragged(null, 80, 500)).toBeNull()
  })

  it('take the place of the panels on a phone and at 200 %, not on a laptop', () => {
    expect(needsSheets(390)).toBe(true)
    expect(needsSheets(720)).toBe(true)
    expect(needsSheets(1024)).toBe(false)
  })

  it('stand at the side where a window is low', () => {
    expect(standsBeside(720, 450)).toBe(true)
    expect(standsBeside(390, 844)).toBe(false)
    expect(standsBeside(844, 390)).toBe(true)
    expect(standsBeside(800, 900)).toBe(false)
  })
})
