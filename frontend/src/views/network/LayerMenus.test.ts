// @vitest-environment jsdom
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeNetwork } from '../../model/network.fake'
import { makeState } from '../../model/session.fake'
import { app } from '../../stores/app.svelte'
import { Graph } from './graph.svelte'
import LayerMenus from './LayerMenus.svelte'

describe('the + above the hidden layers', () => {
  let view: Record<string, unknown>

  function show(shape: readonly number[]): void {
    app.state = makeState(makeNetwork(shape))
    const graph = new Graph()
    graph.room = { width: 784, height: 690 }
    view = mount(LayerMenus, { target: document.body, props: { graph } })
    flushSync()
  }

  beforeEach(() => {
    show([2, 5, 3, 1])
  })

  afterEach(async () => {
    await unmount(view)
    app.clear()
  })

  function openers(): HTMLButtonElement[] {
    return [...document.querySelectorAll<HTMLButtonElement>('button[aria-haspopup="menu"]')]
  }

  it('stands once above each hidden layer, above its topmost node, and can be reached by Tab', () => {
    expect(openers().map(({ textContent }) => textContent.trim())).toEqual([
      'Add to hidden layer 1',
      'Add to hidden layer 2',
    ])
    expect(openers().map(({ tabIndex }) => tabIndex)).toEqual([0, 0])
  })

  it('offers sum node, product node and a further layer', () => {
    openers()[1]?.click()
    flushSync()
    const items = [...document.querySelectorAll<HTMLButtonElement>('[role="menuitem"]')]
    expect(items.map(({ textContent }) => textContent.trim())).toEqual([
      '+ Sum node',
      '× Product node',
      'Layer after this',
    ])
    expect(document.activeElement).toBe(items[0])
  })

  it('offers nothing while an action runs, and says why', () => {
    const action = { kind: 'refit', parent: null, splines: true, steps: 9 } as const
    app.state = {
      ...app.state,
      running: {
        action_id: 'a',
        action,
        label: 'refit',
        by: null,
        paused: false,
        held: false,
        waiting: null,
      },
    }
    openers()[0]?.click()
    flushSync()
    const items = [...document.querySelectorAll<HTMLButtonElement>('[role="menuitem"]')]
    expect(items.every(({ disabled }) => disabled)).toBe(true)
    expect(document.querySelector<HTMLElement>('.place')?.title).toMatch(/“refit” is running/)
  })

  it('is not there without hidden layers', async () => {
    await unmount(view)
    show([2, 1])
    expect(openers()).toHaveLength(0)
  })
})
