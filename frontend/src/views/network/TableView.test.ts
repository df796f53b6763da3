// @vitest-environment jsdom
import { flushSync, mount, unmount } from 'svelte'
import { expect, it } from 'vitest'
import { makeNetwork } from '../../model/network.fake'
import { makeState } from '../../model/session.fake'
import { app } from '../../stores/app.svelte'
import { ui } from '../../stores/ui.svelte'
import TableView from './TableView.svelte'

it('is a sortable twin of the network that selects', async () => {
  const network = makeNetwork([2, 2, 1], { active: ({ source }) => source === 0 })
  network.edges.forEach((edge, i) => (edge.importance = edge.function.kind === 'zero' ? 0 : (i + 1) / 10))
  app.state = makeState(network)
  const view = mount(TableView, { target: document.body })
  flushSync()
  const names = () => [...document.querySelectorAll('tbody th')].map((cell) => cell.textContent.trim())
  expect(names()).toHaveLength(6)
  expect(names()[0]).toBe('h₀ → y0')
  const header = [...document.querySelectorAll('thead th')].find((cell) => cell.textContent.includes('Edge'))
  header?.querySelector('button')?.click()
  flushSync()
  expect(names()[0]).toBe('h₀ → y0')
  expect(header?.getAttribute('aria-sort')).toBe('ascending')
  header?.querySelector('button')?.click()
  flushSync()
  expect(names()[0]).toBe('x1 → h₁')
  document.querySelector<HTMLButtonElement>('tbody th button')?.click()
  expect(ui.selectedEdge).toEqual({ layer: 0, source: 1, target: 1 })
  await unmount(view)
  ui.clearSelection()
  app.clear()
})
