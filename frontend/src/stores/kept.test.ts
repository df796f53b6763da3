// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { context, actions, run } from '../actions/registry'
import { kept } from './kept.svelte'
import { toasts } from './toasts.svelte'

const storage = {
  folder: 'd',
  free: 1,
  blobs: 1,
  database: 1,
  sessions: 1,
  datasets: 1,
  deleted: 0,
  undo_seconds: 600,
}
const session = {
  id: 's_1', name: 'Pendulum', dataset: 'd_1', created_at: '', updated_at: '', revisions: 1, test_rmse: 0,
  accuracy_test: null, cross_entropy_test: null, equation_rms: null, verdict: null, formula_latex: 'z', bytes: 1, deleted_at: null,
} // prettier-ignore
const dataset = {
  id: 'd_1', name: 't.csv', rows: 3, columns: 2, created_at: '', deleted_at: null, bytes: 1,
  sessions: [{ id: 's_1', name: 'Pendulum' }],
} // prettier-ignore

/** What was asked of the server, as `METHOD path`. */
let asked: string[] = []
let answers: Record<string, unknown> = {}

beforeEach(() => {
  asked = []
  answers = {
    'GET /sessions?limit=200&deleted=false': { sessions: [session], next: null },
    'GET /datasets?limit=200&deleted=false': { datasets: [dataset], next: null },
    'GET /storage': storage,
    'POST /sessions/s_1/restore': { id: 's_1', dataset: { id: 'd_1' } },
    'POST /datasets/d_1/restore': { id: 'd_1' },
  }
  vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => {
    const what = `${init.method ?? 'GET'} ${path.replace('/api/v1', '')}`
    asked.push(what)
    if (init.method === 'DELETE' && answers[what] === undefined)
      return Promise.resolve(new Response(null, { status: 204 }))
    const failed = answers[what] instanceof Response
    return Promise.resolve(failed ? (answers[what] as Response) : Response.json(answers[what] ?? {}))
  })
  kept.load()
})

afterEach(() => {
  vi.unstubAllGlobals()
})

async function loaded(): Promise<void> {
  await vi.waitFor(() => {
    expect(kept.sessions.value).toHaveLength(1)
    expect(kept.datasets.value).toHaveLength(1)
  })
}

describe('what is kept', () => {
  it('has all sessions and tables in its lists, however many pages they fill', async () => {
    await loaded()
    const next = '2026-01-01 s_1'
    answers['GET /sessions?limit=200&deleted=false'] = { sessions: [session], next }
    answers[`GET /sessions?limit=200&deleted=false&after=2026-01-01+s_1`] = {
      sessions: [{ ...session, id: 's_2' }],
      next: null,
    }
    answers['GET /datasets?limit=200&deleted=false'] = { datasets: [dataset], next }
    answers[`GET /datasets?limit=200&deleted=false&after=2026-01-01+s_1`] = {
      datasets: [{ ...dataset, id: 'd_2' }],
      next: null,
    }
    kept.load()
    await vi.waitFor(() => {
      expect(kept.sessions.value?.map(({ id }) => id)).toEqual(['s_1', 's_2'])
      expect(kept.datasets.value?.map(({ id }) => id)).toEqual(['d_1', 'd_2'])
    })
  })

  it('keeps the place of a session that is deleted, and brings it back by the button of the message', async () => {
    await loaded()
    run(actions.deleteSession, session)
    await vi.waitFor(() => {
      expect(toasts.list[0]?.text).toBe('Deleted “Pendulum”')
    })
    expect(asked).toContain('DELETE /sessions/s_1')
    expect(kept.sessions.value?.map(({ deleted_at }) => deleted_at !== null)).toEqual([true])
    const offer = toasts.list[0]?.offer
    expect(offer?.possible()).toBe(true)
    offer?.run()
    await vi.waitFor(() => {
      expect(kept.isDeleted('s_1')).toBe(false)
    })
    expect(asked).toContain('POST /sessions/s_1/restore')
    expect(offer?.possible()).toBe(false)
  })

  it('deletes a table with its sessions and brings all of it back', async () => {
    await loaded()
    expect(kept.sessionsOn('d_1').map(({ name }) => name)).toEqual(['Pendulum'])
    await actions.deleteDataset.run(context, dataset)
    expect(asked).toContain('DELETE /datasets/d_1?with_sessions=true')
    expect([kept.isDeleted('d_1'), kept.isDeleted('s_1')]).toEqual([true, true])
    expect(kept.deletedShown).toBe(2)
    await kept.restoreDataset('d_1')
    expect([kept.isDeleted('d_1'), kept.isDeleted('s_1')]).toEqual([false, false])
  })

  it('asks for nothing but the table where no session is on it', async () => {
    await loaded()
    await kept.deleteSession('s_1')
    await kept.deleteDataset('d_1')
    expect(asked).toContain('DELETE /datasets/d_1?with_sessions=false')
  })

  it('shows why something could not be deleted, and nothing as deleted', async () => {
    await loaded()
    const problem = {
      title: 'The disk is full',
      detail: 'The disk at / is full.',
      status: 507,
      code: 'disk_full',
    }
    answers['DELETE /sessions/s_1'] = Response.json(problem, { status: 507 })
    expect(await kept.deleteSession('s_1')).toBe(false)
    expect(kept.problem?.code).toBe('disk_full')
    expect(kept.isDeleted('s_1')).toBe(false)
  })
})
