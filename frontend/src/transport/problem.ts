/** RFC 9457 problems as errors; every failed request ends as one of these, also when no server answered. */
import type { Problem } from '../contract'

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
  }
}

/** A problem this page found itself. */
export function localProblem(title: string, detail: string, hint: string | null, status = 0): Problem {
  return {
    type: 'about:blank',
    title,
    status,
    detail,
    code: 'internal',
    hint,
    request_id: null,
    head: null,
    blob: null,
    fields: [],
    paths: [],
    line: null,
    position: null,
  }
}

/** What a refusal without words of its own means, in words for a person: the number of a status says nothing to them. */
function meaning(status: number): readonly [detail: string, hint: string | null] {
  if (status === 401 || status === 403)
    return [
      'This server does not let this page in.',
      'Open the address that kanscope serve printed, token included.',
    ]
  if (status === 404)
    return ['The server does not have this any more.', 'Reload the page to see what there is.']
  if (status === 413)
    return ['This is more than the server takes.', 'Send a smaller table, or let its limit be raised.']
  if (status === 502 || status === 503 || status === 504)
    return ['The server is starting, or has too much to do.', 'Try again in a moment.']
  if (status >= 500)
    return ['The server ran into a fault.', 'Try again; if it stays, look at the log of the server.']
  return [
    'The server did not take this and did not say why.',
    'Reload the page: it may be older than the server.',
  ]
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'detail' in value && 'title' in value
}

/** The problem in a failed answer; a made one when the body is something else. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch((error: unknown) => {
    // Taken back while the answer came in: nobody waits for it, and it is no answer without words.
    if (isAbort(error)) throw error
    return null
  })
  if (isProblem(body)) return { ...localProblem('', '', null), ...body }
  return localProblem('Not done', ...meaning(response.status), response.status)
}

/** Whatever was thrown, as a problem to show. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  if (error instanceof TypeError) {
    return localProblem(
      'No answer',
      'The server could not be reached.',
      'Is it still running? The page tries again by itself.',
    )
  }
  return localProblem('Something went wrong', error instanceof Error ? error.message : String(error), null)
}

/** A request taken back by the page itself, which nobody needs to hear of. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
