// @vitest-environment jsdom
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeNetwork } from '../../model/network.fake'
import { makeState } from '../../model/session.fake'
import { app } from '../../stores/app.svelte'
import { settings } from '../../stores/settings.svelte'
import ShapeEditor from './ShapeEditor.svelte'

describe('the editor of the shape', () => {
  let view: Record<string, unknown>

  beforeEach(() => {
    app.state = makeState(makeNetwork([2, 5, 1]))
    view = mount(ShapeEditor, { target: document.body })
    flushSync()
    press(button(/2 → 5 → 1/))
  })

  afterEach(async () => {
    await unmount(view)
    settings.reset()
    app.clear()
  })

  function buttons(): HTMLButtonElement[] {
    return [...document.querySelectorAll('button')]
  }

  function nameOf(element: HTMLElement): string {
    return (element.getAttribute('aria-label') ?? element.textContent).replace(/\s+/g, ' ').trim()
  }

  function button(name: RegExp): HTMLButtonElement | undefined {
    return buttons().find((each) => name.test(nameOf(each)))
  }

  function press(element: HTMLButtonElement | undefined): void {
    element?.click()
    flushSync()
  }

  it('counts sum and product nodes of each hidden layer apart', () => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input')]
    expect(fields.map((field) => [field.getAttribute('aria-label'), field.value])).toEqual([
      ['Sum nodes in hidden layer 1', '5'],
      ['Product nodes in hidden layer 1', '0'],
    ])
  })

  it('offers a new network as soon as something is changed', () => {
    expect(button(/^Start over$/)).toBeDefined()
    press(button(/^More product nodes/))
    expect(button(/^Start with 2 → 5 \+ 1× → 1$/)).toBeDefined()
  })

  it('asks how many factors a product has, only where there are products', () => {
    expect(button(/factors/)).toBeUndefined()
    press(button(/^More product nodes/))
    press(button(/^More factors/))
    expect(settings.network.arity).toBe(3)
  })

  it('offers to grow the present network where that is all that changes', () => {
    expect(button(/^Add 1 sum node$/)).toBeUndefined()
    press(button(/^More sum nodes/))
    press(button(/^More sum nodes/))
    expect(button(/^Add 2 sum nodes$/)).toBeDefined()
    press(button(/^Add layer$/))
    expect(button(/^Add 2 sum nodes$/)).toBeUndefined()
  })

  it('keeps what is being edited when a revision has the same shape, and follows another shape', () => {
    press(button(/^More sum nodes/))
    app.state = makeState(makeNetwork([2, 5, 1]))
    flushSync()
    expect(button(/^Start with 2 → 6 → 1$/)).toBeDefined()
    app.state = makeState(makeNetwork([2, 3, 1]))
    flushSync()
    expect(document.querySelector('input')?.value).toBe('3')
    expect(button(/^Start over$/)).toBeDefined()
  })

  it('says why it can change nothing', () => {
    app.state = { ...app.state, connection: 'reconnecting' }
    flushSync()
    expect(button(/^Insert a layer$/)?.disabled).toBe(true)
    expect(button(/^Insert a layer$/)?.title).toBe('There is no connection to the server at the moment.')
  })
})
