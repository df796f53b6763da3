/** Refusals in words for a person; what the page took back itself is no refusal. */
import { describe, expect, it } from 'vitest'
import { isAbort, problemOf } from './problem'

const answer = (status: number, body: string) =>
  new Response(body, { status, statusText: 'Unprocessable Entity', headers: { 'content-type': 'text/html' } })

describe('a refusal', () => {
  it('keeps the words of the server', async () => {
    const body = JSON.stringify({ title: 'This cannot be done', detail: 'position 3: no', position: 3 })
    expect(await problemOf(answer(422, body))).toMatchObject({
      detail: 'position 3: no',
      position: 3,
      hint: null,
    })
  })

  it.each([400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 502, 503, 504])(
    'without words never shows the words or the number of HTTP (%i)',
    async (status) => {
      for (const body of ['', '<html>no</html>', '"no"', '{"detail": "x"}']) {
        const { title, detail, hint } = await problemOf(answer(status, body))
        const shown = [title, detail, hint].join(' ')
        expect(shown).not.toMatch(/\d{3}|Unprocessable|undefined|null/)
        expect(detail).toMatch(/^[A-Z].+\.$/)
      }
    },
  )

  it('is none when the page itself took the request back while the answer came in', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.error(new DOMException('taken back', 'AbortError'))
      },
    })
    const caught: unknown = await problemOf(new Response(body, { status: 422 })).catch(
      (error: unknown) => error,
    )
    expect(isAbort(caught)).toBe(true)
  })
})
