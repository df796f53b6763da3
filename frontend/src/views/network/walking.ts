/** The arrow keys walk the network wherever the focus is, except where arrows have a meaning of their own. */
import type { Layout } from '../../model/layout'
import { firstSpot, walk, type Direction } from '../../model/walk'
import { ui } from '../../stores/ui.svelte'

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/** What uses arrows itself: fields, sliders, lists, menus, and regions that scroll. */
const OWN =
  'input, select, textarea, button, a, [contenteditable], dialog, [role="separator"], [role="menu"], [role="listbox"], [role="dialog"], [role="region"], [role="tree"]'

function isForSomethingElse(event: KeyboardEvent): boolean {
  const combined = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey
  const owned = event.target instanceof Element && event.target.closest(OWN) !== null
  return event.defaultPrevented || ui.dialog !== null || combined || owned
}

/** Select the next edge or node; true when the key was meant for the network. */
export function walkByKey(event: KeyboardEvent, layout: Layout | null): boolean {
  const direction = DIRECTIONS[event.key]
  if (direction === undefined || layout === null || isForSomethingElse(event)) return false
  const next = ui.selection === null ? firstSpot(layout) : walk(layout, ui.selection, direction)
  if (next?.kind === 'edge') ui.selectEdge(next.edge)
  else if (next?.kind === 'node') ui.selectNode(next.node)
  event.preventDefault()
  return true
}
