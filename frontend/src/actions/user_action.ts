/** What every user action is: the same thing behind a button, a key and a line of the command palette. */
import type { app } from '../stores/app.svelte'
import type * as client from '../stores/client'
import type { inspection } from '../stores/inspection.svelte'
import type { constants } from '../stores/constants.svelte'
import type { draft } from '../stores/draft.svelte'
import type { equation } from '../stores/equation.svelte'
import type { equationForm } from '../stores/equation_form.svelte'
import type { comparison } from '../stores/comparison.svelte'
import type { merging } from '../stores/merging.svelte'
import type { ownFunction } from '../stores/own_function.svelte'
import type { sharing } from '../stores/sharing.svelte'
import type { kept } from '../stores/kept.svelte'
import type { router } from '../stores/router.svelte'
import type { search } from '../stores/search.svelte'
import type { settings } from '../stores/settings.svelte'
import type { sheets } from '../stores/sheets.svelte'
import type { start } from '../stores/start.svelte'
import type { toasts } from '../stores/toasts.svelte'
import type { ui } from '../stores/ui.svelte'

/** What actions read and use. */
export interface Context {
  app: typeof app
  ui: typeof ui
  inspection: typeof inspection
  search: typeof search
  settings: typeof settings
  toasts: typeof toasts
  router: typeof router
  sheets: typeof sheets
  start: typeof start
  kept: typeof kept
  draft: typeof draft
  equation: typeof equation
  equationForm: typeof equationForm
  comparison: typeof comparison
  merging: typeof merging
  ownFunction: typeof ownFunction
  sharing: typeof sharing
  client: typeof client
  constants: typeof constants
}

export type ActionGroup =
  'Run' | 'Edge' | 'Network' | 'Model' | 'Formula' | 'History' | 'Export' | 'View' | 'Session'

export interface UserAction<Argument = undefined> {
  id: string
  title: string
  group: ActionGroup
  /** For example `Mod+K` (Ctrl, or Cmd on a Mac), `Shift+U`, `Space`; the first is shown. */
  keys: readonly string[]
  /** One sentence: what it does. */
  hint?: string
  /** Not offered in the palette, because it makes sense only where it stands. */
  hidden?: boolean
  enabled(context: Context, argument?: Argument): boolean
  /** Why it cannot be run now, in a sentence; null when it can. */
  obstacle?(context: Context, argument?: Argument): string | null
  run(context: Context, argument?: Argument): void | Promise<void>
}

/** Why the head cannot be moved now; null when it can: connected, a session is open and nothing runs. */
export function headHindrance({ app }: Context): string | null {
  if (app.session === null) return 'No session is open.'
  if (app.connection !== 'live') return 'There is no connection to the server at the moment.'
  return app.running === null ? null : `“${app.running.label}” is running: wait for it or cancel it.`
}

/** Why the model cannot be changed now; null when it can: what is shown is the head, and that can be moved. */
export function hindrance(context: Context): string | null {
  const { looking, session } = context.app
  if (session === null || looking === null) return headHindrance(context)
  const number = session.history.find(({ id }) => id === looking)?.number
  return `You are looking at revision ${number ?? '?'}: make it the head, or go back to the head, to change something.`
}

/** Whether the model may be changed now. */
export function canChange(context: Context): boolean {
  return hindrance(context) === null
}
