/** What every user action is: the same thing behind a button, a key and a line of the command palette. */
import type { app } from '../stores/app.svelte'
import type * as client from '../stores/client'
import type { inspection } from '../stores/inspection.svelte'
import type { constants } from '../stores/constants.svelte'
import type { router } from '../stores/router.svelte'
import type { search } from '../stores/search.svelte'
import type { settings } from '../stores/settings.svelte'
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
  start: typeof start
  client: typeof client
  constants: typeof constants
}

export type ActionGroup = 'Run' | 'Edge' | 'Formula' | 'History' | 'Export' | 'View' | 'Session'

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
  run(context: Context, argument?: Argument): void | Promise<void>
}

/** Whether the model may be changed now: connected, a session is open and nothing runs. */
export function canChange({ app }: Context): boolean {
  return app.connection === 'live' && app.session !== null && app.running === null
}
