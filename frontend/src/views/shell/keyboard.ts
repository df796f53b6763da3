/** The page's keys: from a key press to the action of the registry that is bound to it. */
import { actions, registry, run } from '../../actions/registry'
import { chord, reachesActions, type Focus } from '../../model/keys'
import { draft } from '../../stores/draft.svelte'
import { ui } from '../../stores/ui.svelte'
import type { ActionGroup } from '../../actions/user_action'

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

/** What works on the network's edges or on the formula bar has no keys while a draft stands in their place. */
const BESIDE_A_DRAFT: readonly ActionGroup[] = ['Model', 'View', 'Session', 'History', 'Export']

/** Run what a key is bound to; the first bound action that can be run takes it. */
export function onkeydown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const name = chord(event)
  if (name === null) return
  const dialogOpen = ui.dialog !== null && ui.dialog !== 'export' && ui.dialog !== 'rename'
  if (!reachesActions(name, focusOf(event.target), dialogOpen)) return
  const offered = draft.open ? registry.filter(({ group }) => BESIDE_A_DRAFT.includes(group)) : registry
  const ran =
    /^[1-9]$/.test(name) && !draft.open
      ? run(actions.previewSuggestion, Number(name) - 1)
      : offered.some((action) => action.keys.includes(name) && run(action))
  if (ran) event.preventDefault()
}
