/** The page's keys: from a key press to the action of the registry that is bound to it. */
import { actions, registry, run } from '../../actions/registry'
import { chord, reachesActions, type Focus } from '../../model/keys'
import { ui } from '../../stores/ui.svelte'

const CONTROLS =
  'button, a[href], summary, select, [role="separator"], [role="menuitem"], [role="option"], [role="tab"]'
const NOT_TYPED = ['button', 'checkbox', 'radio', 'range', 'submit', 'reset', 'color', 'file']

function focusOf(element: EventTarget | null): Focus {
  if (!(element instanceof Element)) return 'page'
  if (element instanceof HTMLInputElement) return NOT_TYPED.includes(element.type) ? 'control' : 'typing'
  if (element instanceof HTMLTextAreaElement || element.closest('[contenteditable="true"]') !== null)
    return 'typing'
  return element.closest(CONTROLS) === null ? 'page' : 'control'
}

/** Run what a key is bound to; the first bound action that can be run takes it. */
export function onkeydown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const name = chord(event)
  if (name === null) return
  const dialogOpen = ui.dialog !== null && ui.dialog !== 'export' && ui.dialog !== 'rename'
  if (!reachesActions(name, focusOf(event.target), dialogOpen)) return
  const ran = /^[1-9]$/.test(name)
    ? run(actions.previewSuggestion, Number(name) - 1)
    : registry.some((action) => action.keys.includes(name) && run(action))
  if (ran) event.preventDefault()
}
