// @vitest-environment jsdom
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeNetwork } from '../../model/network.fake'
import { makeCurves, makeState } from '../../model/session.fake'
import { app } from '../../stores/app.svelte'
import { ui } from '../../stores/ui.svelte'
import { Graph } from './graph.svelte'
import GraphView from './GraphView.svelte'
import { walkByKey } from './walking'

const network = makeNetwork([2, 5, 1])

function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))
}

describe('the network as a graph', () => {
  let graph: Graph
  let view: Record<string, unknown>

  beforeEach(() => {
    app.state = makeState(network)
    graph = new Graph()
    graph.room = { width: 784, height: 690 }
    view = mount(GraphView, { target: document.body, props: { graph } })
    flushSync()
  })

  afterEach(async () => {
    await unmount(view)
    ui.clearSelection()
    ui.pruneThreshold = null
    app.clear()
  })

  function edges(): SVGGElement[] {
    return [...document.querySelectorAll<SVGGElement>('g[data-edge]')]
  }

  it('says every edge and node in words', () => {
    expect(edges()).toHaveLength(15)
    expect(edges()[0]?.getAttribute('aria-label')).toBe('x0 → h₀, spline, importance 50\u00a0%')
    expect(document.querySelectorAll('g[data-node]')).toHaveLength(8)
  })

  it('lets exactly one edge be reached by Tab', () => {
    expect(document.querySelectorAll('[role="button"][tabindex="0"]')).toHaveLength(1)
  })

  it('selects what is clicked, and nothing beside it', () => {
    edges()[3]?.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    expect(ui.selectedEdge).toEqual({ layer: 0, source: 1, target: 1 })
    document.querySelector('svg')?.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    expect(ui.selection).toBeNull()
  })

  it('selects with Enter what has the focus, and leaves Enter on the selected edge to the suggestions', () => {
    const enter = () =>
      edges()[2]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    let heard = 0
    const listen = () => (heard += 1)
    addEventListener('keydown', listen)
    enter()
    flushSync()
    expect(ui.selectedEdge).toEqual({ layer: 0, source: 0, target: 1 })
    expect(heard).toBe(0)
    enter()
    expect(heard).toBe(1)
    removeEventListener('keydown', listen)
  })

  it('walks by arrows and takes the focus along', () => {
    const press = (key: string) => {
      walkByKey(new KeyboardEvent('keydown', { key, cancelable: true }), graph.layout)
      flushSync()
    }
    press('ArrowDown')
    expect(ui.selectedEdge).toEqual({ layer: 0, source: 0, target: 0 })
    press('ArrowDown')
    press('ArrowRight')
    expect(ui.selectedNode).toEqual({ layer: 1, index: 0 })
    expect(document.activeElement?.getAttribute('data-node')).toBe('1,0')
  })

  it('draws a frame by changing paths alone', async () => {
    await nextFrame()
    const first = edges()[0]?.querySelector('.curve')?.getAttribute('d')
    expect(first).toMatch(/^M/)
    const changes: MutationRecord[] = []
    const observer = new MutationObserver((records) => changes.push(...records))
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
    app.state = { ...app.state, curves: makeCurves(network, 1) }
    flushSync()
    await nextFrame()
    observer.disconnect()
    expect(edges()[0]?.querySelector('.curve')?.getAttribute('d')).not.toBe(first)
    expect(new Set(changes.map(({ type }) => type))).toEqual(new Set(['attributes']))
    expect(new Set(changes.map(({ attributeName }) => attributeName))).toEqual(new Set(['d', 'stroke-width']))
  })

  it('draws a candidate into the small plot of its edge only', async () => {
    ui.preview = {
      edge: { layer: 0, source: 0, target: 0 },
      primitive: 'sin',
      a: 1,
      b: 0,
      c: 1,
      d: 0,
      y: [0, 0.1, null, 0.2],
    }
    flushSync()
    await nextFrame()
    const paths = edges().map((edge) => edge.querySelector('.preview')?.getAttribute('d') ?? '')
    expect(paths[0]).toMatch(/^M.*M/)
    expect(paths.slice(1).every((path) => path === '')).toBe(true)
  })

  it('fades what is weaker than the threshold', () => {
    ui.pruneThreshold = 0.6
    flushSync()
    expect(document.querySelectorAll('.plot.weak')).toHaveLength(15)
  })

  it('hides the pruned when asked to', () => {
    app.state = makeState(
      makeNetwork([2, 5, 1], {
        active: ({ layer, source, target }) => (layer === 0 ? target : source) === 2,
      }),
    )
    flushSync()
    expect(document.querySelectorAll('.wire.zero')).toHaveLength(12)
    graph.ghosts = false
    flushSync()
    expect(document.querySelectorAll('.wire.zero')).toHaveLength(0)
    expect(document.querySelectorAll('g[data-node]')).toHaveLength(4)
  })

  it('opens a large network on its strongest paths, which stay while single edges are changed by hand', () => {
    const large = makeNetwork([4, 16, 16, 1])
    const weights = large.edges.map((edge, at) => ({ ...edge, importance: 1 / (1 + ((at * 7) % 23)) }))
    const state = makeState({ ...large, edges: weights })
    app.state = state
    flushSync()
    const drawn = () => edges().map((edge) => edge.dataset['edge'])
    const opened = drawn()
    expect(opened.length).toBeGreaterThan(2)
    expect(opened.length).toBeLessThanOrEqual(24)
    expect(document.querySelectorAll('.wire')).toHaveLength(opened.length)
    expect(document.body.textContent).toMatch(/\+ \d+ units/)

    const { session } = state
    if (session === null) throw new Error('no session')
    const [first] = opened
    const changed = weights.map((edge) => ({ ...edge, importance: 1 - edge.importance }))
    const byHand = {
      kind: 'lock' as const,
      parent: null,
      edges: [{ layer: 0, source: 0, target: 0 }],
      locked: true,
    }
    const place = edges()[0]?.getAttribute('transform')
    const revision = { ...session.revision, network: { ...large, edges: changed } }
    app.state = { ...state, session: { ...session, revision: { ...revision, action: byHand } } }
    flushSync()
    expect(drawn()).toEqual(opened)
    expect(edges()[0]?.getAttribute('transform')).toBe(place)

    app.state = { ...state, session: { ...session, revision } }
    flushSync()
    expect(drawn()).not.toEqual(opened)
    expect(first).toBeDefined()
  })

  it('draws more and fewer paths, and everything when asked to', () => {
    const large = makeNetwork([4, 16, 16, 1])
    app.state = makeState({
      ...large,
      edges: large.edges.map((edge, at) => ({ ...edge, importance: 1 / (1 + ((at * 7) % 23)) })),
    })
    flushSync()
    const before = graph.paths?.count ?? 0
    graph.changePaths(5)
    expect(graph.paths?.count).toBe(before + 5)
    graph.changePaths(-100)
    expect(graph.paths?.count).toBe(1)
    flushSync()
    expect(edges()).toHaveLength(3)
    graph.showWhole(true)
    flushSync()
    expect(graph.active).toHaveLength(336)
  })
})
