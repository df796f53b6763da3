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

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'detail' in value && 'title' in value
}

/** The problem in a failed answer; a made one when the body is something else. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null)
  if (isProblem(body)) return { ...localProblem('', '', null), ...body }
  const hint = response.status >= 500 ? 'Try again; if it stays, look at the log of the server.' : null
  return localProblem(
    'The server refused',
    `The server answered ${response.status} ${response.statusText}.`,
    hint,
    response.status,
  )
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
