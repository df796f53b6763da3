/** The REST interface, typed: one method an address. Failures are thrown as `ProblemError`. */
import type {
  ActionDraft,
  CandidateCurve,
  CreateEquations,
  CreateSession,
  DatasetList,
  DatasetRows,
  DatasetView,
  EdgeDetail,
  EdgeId,
  ExportDocument,
  FormulaConstants,
  FormulaReading,
  PrimitiveView,
  PruneProposal,
  RevisionView,
  SampleView,
  SearchFront,
  SessionList,
  SessionView,
  Storage,
  Suggestions,
  Validity,
} from '../contract'
import { ProblemError, problemOf } from './problem'

const ROOT = '/api/v1'

export type ExportFormat = 'latex' | 'sympy' | 'python' | 'json' | 'report'

/** How a table is to be read where the guess was wrong. */
export interface ReadAs {
  delimiter?: string
  decimal?: string
  header?: boolean
}

/** Constants of a candidate; those left out are fitted. */
export interface Constants {
  a?: number
  b?: number
  c?: number
  d?: number
}

/** Where candidates and formulas are to be valid: one pair an input, raw units. */
export interface Box {
  low: number[]
  high: number[]
}

type Query = Record<string, string | number | boolean | readonly number[] | undefined>

function withQuery(path: string, query: Query): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined
      ? []
      : (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)] as [string, string]),
  )
  return parts.length === 0 ? path : `${path}?${new URLSearchParams(parts).toString()}`
}

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`${ROOT}${path}`, init)
  if (!response.ok) throw new ProblemError(await problemOf(response))
  return (response.status === 204 ? undefined : await response.json()) as T
}

function sending(method: string, body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function reading(signal: AbortSignal | undefined): RequestInit {
  return signal === undefined ? {} : { signal }
}

function edgePath(session: string, { layer, source, target }: EdgeId): string {
  return `/sessions/${session}/edges/${layer}/${source}/${target}`
}

export const rest = {
  samples: () => request<SampleView[]>('/samples'),
  takeSample: (name: string) =>
    request<DatasetView>(`/samples/${encodeURIComponent(name)}`, { method: 'POST' }),
  upload(file: File, readAs: ReadAs = {}) {
    const body = new FormData()
    body.set('file', file)
    for (const [name, value] of Object.entries(readAs)) body.set(name, String(value))
    return request<DatasetView>('/datasets', { method: 'POST', body })
  },
  equations: (body: CreateEquations) => request<DatasetView>('/equations', sending('POST', body)),
  dataset: (id: string) => request<DatasetView>(`/datasets/${id}`),
  datasets: (deleted = false) => request<DatasetList>(withQuery('/datasets', { limit: 200, deleted })),
  deleteDataset: (id: string, withSessions: boolean) =>
    request<undefined>(withQuery(`/datasets/${id}`, { with_sessions: withSessions }), { method: 'DELETE' }),
  restoreDataset: (id: string) => request<DatasetView>(`/datasets/${id}/restore`, { method: 'POST' }),
  storage: () => request<Storage>('/storage'),

  sessions: (deleted = false) => request<SessionList>(withQuery('/sessions', deleted ? { deleted } : {})),
  createSession: (body: Pick<CreateSession, 'dataset' | 'inputs' | 'targets'> & Partial<CreateSession>) =>
    request<SessionView>('/sessions', sending('POST', body)),
  /** Ask for an action without waiting for what it makes: that comes as an event. */
  act: (session: string, action: ActionDraft) =>
    request<unknown>(`/sessions/${session}/actions`, sending('POST', action)),
  deleteSession: (id: string) => request<undefined>(`/sessions/${id}`, { method: 'DELETE' }),
  restoreSession: (id: string) => request<SessionView>(`/sessions/${id}/restore`, { method: 'POST' }),
  front: (session: string, revision: string, signal?: AbortSignal) =>
    request<SearchFront>(`/sessions/${session}/revisions/${revision}/front`, reading(signal)),
  revision: (session: string, revision: string) =>
    request<RevisionView>(`/sessions/${session}/revisions/${revision}`),

  rows: (session: string, revision: string, offset: number, limit: number, signal?: AbortSignal) =>
    request<DatasetRows>(
      withQuery(`/sessions/${session}/rows`, { offset, limit, revision }),
      reading(signal),
    ),

  edgeDetail: (session: string, edge: EdgeId, signal?: AbortSignal) =>
    request<EdgeDetail>(edgePath(session, edge), reading(signal)),
  suggestions: (session: string, edge: EdgeId, box: Box | null, signal?: AbortSignal) =>
    request<Suggestions>(
      withQuery(`${edgePath(session, edge)}/suggestions`, { top: 9, ...box }),
      reading(signal),
    ),
  constants: (session: string, signal?: AbortSignal) =>
    request<FormulaConstants>(`/sessions/${session}/constants`, reading(signal)),
  validity: (session: string, box: Box | null, signal?: AbortSignal) =>
    request<Validity>(withQuery(`/sessions/${session}/validity`, { ...box }), reading(signal)),
  candidate: (session: string, edge: EdgeId, primitive: string, constants: Constants, signal?: AbortSignal) =>
    request<CandidateCurve>(
      withQuery(`${edgePath(session, edge)}/candidate`, { primitive, ...constants }),
      reading(signal),
    ),
  readFormula: (session: string, target: number, text: string, signal?: AbortSignal) =>
    request<FormulaReading>(
      withQuery(`/sessions/${session}/formula-reading`, { target, text }),
      reading(signal),
    ),
  pruneProposal: (session: string, threshold: number, signal?: AbortSignal) =>
    request<PruneProposal>(withQuery(`/sessions/${session}/prune-proposal`, { threshold }), reading(signal)),
  primitives: () => request<PrimitiveView[]>('/primitives'),

  exportAddress: (session: string, format: ExportFormat) => `${ROOT}/sessions/${session}/export/${format}`,
  exportDocument: (session: string, format: ExportFormat) =>
    request<ExportDocument>(withQuery(`/sessions/${session}/export/${format}`, { format: 'document' })),
}
