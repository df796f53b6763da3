import { describe, expect, it } from 'vitest'
import { chord, printedChord, reachesActions, type KeyPress } from './keys'

function press(key: string, modifiers: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers }
}

describe('a key press', () => {
  it.each([
    [press('k', { ctrlKey: true }), 'Mod+K'],
    [press('k', { metaKey: true }), 'Mod+K'],
    [press('u'), 'U'],
    [press('U', { shiftKey: true }), 'Shift+U'],
    [press('Z', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+Z'],
    [press(' '), 'Space'],
    [press('?', { shiftKey: true }), '?'],
    [press('Enter'), 'Enter'],
    [press('3'), '3'],
  ])('has the name its action is bound to (%#)', (event, name) => {
    expect(chord(event)).toBe(name)
  })

  it('is none for a modifier alone or with Alt, which belongs to the browser', () => {
    expect(chord(press('Shift', { shiftKey: true }))).toBeNull()
    expect(chord(press('x', { altKey: true }))).toBeNull()
  })

  it('does not reach the actions while typing or in a dialog, except for the palette', () => {
    expect(reachesActions('X', 'typing', false)).toBe(false)
    expect(reachesActions('X', 'page', true)).toBe(false)
    expect(reachesActions('Mod+K', 'typing', true)).toBe(true)
    expect(reachesActions('X', 'page', false)).toBe(true)
  })

  it('stays with a focused control when the control uses it', () => {
    expect(reachesActions('Space', 'control', false)).toBe(false)
    expect(reachesActions('Enter', 'control', false)).toBe(false)
    expect(reachesActions('ArrowUp', 'control', false)).toBe(false)
    expect(reachesActions('U', 'control', false)).toBe(true)
  })

  it('is printed as on the keys of the machine', () => {
    expect(printedChord('Mod+Shift+Z', true)).toBe('⌘⇧Z')
    expect(printedChord('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z')
    expect(printedChord('Enter', false)).toBe('↵')
  })
})
