/** Getting text out of the page: to the clipboard, or as a file. */
import type { Context } from './user_action'
import { asProblem } from '../transport/problem'
import { rest, type ExportFormat, type Place } from '../transport/rest_client'

type Toasts = Context['toasts']

export async function copyText(text: string, done: string, toasts: Toasts): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toasts.show(done)
  } catch {
    toasts.show('The browser did not allow copying; use Export to download instead.', 'bad')
  }
}

/** What is shown, be it the head or an older revision. */
function placeOf({ session, revision }: Context['app']): Place | null {
  return session === null || revision === null ? null : { session: session.id, revision: revision.id }
}

/** Copy an export with all digits; the toast says how it was checked. */
export async function copyExport(
  { app, toasts }: Context,
  format: ExportFormat,
  title: string,
): Promise<void> {
  const at = placeOf(app)
  if (at === null) return
  try {
    const { content, check } = await rest.exportDocument(at, format)
    await copyText(content, check === '' ? `${title} copied` : `${title} copied · ${check}`, toasts)
  } catch (error) {
    app.addProblem(asProblem(error))
  }
}

/** Save an export; the server names the file. */
export function download({ app }: Context, format: ExportFormat): void {
  const at = placeOf(app)
  if (at === null) return
  const link = document.createElement('a')
  link.href = rest.exportAddress(at, format)
  link.download = ''
  link.click()
}
