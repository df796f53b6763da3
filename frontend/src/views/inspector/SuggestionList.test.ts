// @vitest-environment jsdom
import { createRawSnippet, flushSync, mount, tick, unmount } from 'svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Suggestions } from '../../contract'
import { makeNetwork } from '../../model/network.fake'
import { HEAD, makeState } from '../../model/session.fake'
import { app } from '../../stores/app.svelte'
import { inspection } from '../../stores/inspection.svelte'
import { ui } from '../../stores/ui.svelte'
import SuggestionList from './SuggestionList.svelte'

const network = makeNetwork([2, 5, 1])
const [edge] = network.edges
if (edge === undefined) throw new Error('no edge')

function answer(names: string[], revision = HEAD): Suggestions {
  const suggestions = names.map((primitive, i) => ({
    primitive,
    a: 3,
    b: 0,
    c: 1,
    d: 0,
    r2: 0.9,
    complexity: 2,
    whole_model: {
      test_rmse_before: 1e-4,
      test_rmse_after: 10 ** (i - 9),
      cross_entropy_before: null,
      cross_entropy_after: null,
    },
    text: `1 ${primitive}(3 x) - 0.5`,
    latex: '',
    domain_margin: null,
    domain: null,
    border_distance: null,
    entry: i,
    alike: [],
    domain_note: 'valid everywhere',
    box_margin: null,
    box_note: 'valid on the whole box',
  }))
  return {
    revision,
    edge: { layer: 0, source: 0, target: 0 },
    suggestions,
    verdict: 'sin is decided.',
    decided: true,
    seconds: 0.1,
  }
}

describe('the suggestions of an edge', () => {
  let view: Record<string, unknown>

  beforeEach(() => {
    app.state = makeState(network)
    ui.selectEdge(edge.id)
    const children = createRawSnippet(() => ({ render: () => '<span></span>' }))
    view = mount(SuggestionList, { target: document.body, props: { edge, children } })
    flushSync()
  })

  afterEach(async () => {
    await unmount(view)
    inspection.suggestions.reset()
    ui.clearSelection()
    app.clear()
  })

  function rows(): HTMLButtonElement[] {
    return [...document.querySelectorAll<HTMLButtonElement>('button.row')]
  }

  function show(value: Suggestions): void {
    inspection.suggestions.value = value
    flushSync()
  }

  it('shows its skeleton until the answer is here', () => {
    expect(document.querySelector('[aria-busy="true"]')).not.toBeNull()
    show(answer(['sin']))
    expect(document.querySelector('[aria-busy="true"]')).toBeNull()
  })

  it('ranks, with the effect on the whole model in the name of each row', () => {
    show(answer(['sin', 'sinc']))
    expect(rows().map((row) => row.textContent.replace(/\s+/g, ' '))).toEqual([
      expect.stringMatching(
        /1 sin .*1 sin\(3 x\) − 0.5.*error of the whole model 1.0e−9.*valid everywhere. Accept./,
      ),
      expect.stringMatching(/2 sinc .*1.0e−8/),
    ])
    expect(document.body.textContent).toContain('sin is decided.')
  })

  it('drops the answer for another revision', () => {
    show(answer(['sin'], 'r_older'))
    expect(rows()).toHaveLength(0)
    expect(document.querySelector('[aria-busy="true"]')).not.toBeNull()
  })

  it('shows five, the others on request or when one of them is previewed', () => {
    show(answer(['sin', 'sinc', 'erf', 'tanh', 'x^3', 'exp', 'log']))
    expect(rows()).toHaveLength(5)
    ui.preview = { edge: edge.id, primitive: 'log', a: 1, b: 0, c: 1, d: 0, y: null }
    flushSync()
    expect(rows()).toHaveLength(7)
    expect(rows()[6]?.classList).toContain('current')
  })

  it('hands the focus on to the first of the others when they are asked for', async () => {
    show(answer(['sin', 'sinc', 'erf', 'tanh', 'x^3', 'exp', 'log']))
    document.querySelector<HTMLButtonElement>('button.more')?.click()
    await tick()
    expect(document.activeElement).toBe(rows()[5])
  })

  it('offers to accept what is previewed, else the first', () => {
    show(answer(['sin', 'sinc']))
    const accept = () => document.querySelector('.buttons .button')?.textContent.replace(/\s+/g, ' ').trim()
    expect(accept()).toBe('Accept sin ↵')
    ui.preview = { edge: edge.id, primitive: 'sinc', a: 1, b: 0, c: 1, d: 0, y: null }
    flushSync()
    expect(accept()).toBe('Accept sinc ↵')
  })

  it('says of a function whose border is near what that means, in the column’s unit, for eyes and ears', () => {
    const given = answer(['sin', 'log'])
    const [sin, log] = given.suggestions
    if (sin === undefined || log === undefined) throw new Error('two suggestions')
    const near = { ...log, domain_margin: 0.02, border_distance: 0.03, domain: 'u > 0', box_margin: 0.01 }
    show({ ...given, suggestions: [sin, near] })
    expect(rows()[0]?.textContent).not.toContain('⚠')
    expect(rows()[1]?.textContent).toContain('⚠ rows come within 0.03')
    expect(rows()[1]?.textContent).toContain('of its border u > 0')
    // The name of the button has all but the sign.
    expect(
      rows()[1]?.querySelector('[aria-hidden="true"].track, .warning [aria-hidden="true"]'),
    ).not.toBeNull()
  })

  describe('that are the same on these rows', () => {
    function alike(): void {
      const given = answer(['x^2', 'cosh', 'gaussian', 'abs'])
      const places = [0, 0, 0, 1]
      show({
        ...given,
        suggestions: given.suggestions.map((each, i) => ({ ...each, entry: places[i] ?? 0 })),
      })
    }
    const fold = (): HTMLButtonElement | null => document.querySelector<HTMLButtonElement>('button.same')

    it('are one entry, the shortest leading, and unfold on request', () => {
      alike()
      expect(rows()).toHaveLength(2)
      expect(fold()?.textContent).toContain('the same here as cosh and gaussian')
      expect(fold()?.getAttribute('aria-expanded')).toBe('false')
      fold()?.click()
      flushSync()
      expect(fold()?.getAttribute('aria-expanded')).toBe('true')
      expect(rows().map((row) => row.querySelector('.name')?.textContent)).toEqual([
        'x²',
        'cosh',
        'gaussian',
        'abs',
      ])
    })

    it('count once for the number keys', () => {
      alike()
      fold()?.click()
      flushSync()
      expect(rows().map((row) => row.querySelector('.chip')?.textContent)).toEqual(['1', '', '', '2'])
    })

    it('can be chosen each', () => {
      alike()
      fold()?.click()
      ui.preview = { edge: edge.id, primitive: 'gaussian', a: 1, b: 0, c: 1, d: 0, y: null }
      flushSync()
      const accept = document.querySelector('.buttons .button')?.textContent.replace(/\s+/g, ' ').trim()
      expect(accept).toBe('Accept gaussian ↵')
      expect(rows()[2]?.classList).toContain('current')
    })
  })

  it('accepts nothing while an action runs', () => {
    show(answer(['sin']))
    app.state = {
      ...app.state,
      running: {
        action_id: 'a',
        action: { kind: 'refit', parent: null, splines: true, steps: 9 },
        label: 'refit',
        by: null,
        paused: false,
        held: false,
        waiting: null,
      },
    }
    flushSync()
    expect(rows()[0]?.getAttribute('aria-disabled')).toBe('true')
  })
})
