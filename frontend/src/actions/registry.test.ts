// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import { actions, isEnabled, registry } from './registry'

describe('the registry of actions', () => {
  it('names every action once', () => {
    const ids = registry.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('binds every key once', () => {
    const keys = registry.flatMap((action) => action.keys)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('has the keys people know from the cheat sheet', () => {
    expect(actions.openPalette.keys).toContain('Mod+K')
    expect(actions.openHelp.keys).toContain('?')
    expect(actions.runOrPause.keys).toContain('Space')
    expect(actions.acceptSuggestion.keys).toContain('Enter')
    expect(actions.pruneSelection.keys).toContain('X')
    expect(actions.undo.keys).toContain('U')
    expect(actions.redo.keys).toContain('Shift+U')
    expect(actions.exportMenu.keys).toContain('E')
    expect(actions.previewSuggestion.keys).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
  })

  it('offers nothing that changes a model while no session is open', () => {
    const changing = [
      actions.train,
      actions.refit,
      actions.undo,
      actions.redo,
      actions.pruneSelection,
      actions.backToSpline,
    ]
    for (const action of changing) expect(isEnabled(action)).toBe(false)
  })
})
