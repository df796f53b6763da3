/** The REST interface, typed: one method an address. Failures are thrown as `ProblemError`. */
import type {
  ActionDraft,
  CandidateCurve,
  CreateEquations,
  CreateSession,
  CurvesText,
  DatasetList,
  DatasetRows,
  DatasetSummary,
  DatasetView,
  DraftAnswer,
  EdgeDetail,
  EdgeId,
  ExportDocument,
  FormulaConstants,
  ModelDraft,
  PrimitiveView,
  PruneProposal,
  RevisionView,
  SampleView,
  SearchFront,
  ServerView,
  SessionList,
  SessionSummary,
  SessionView,
  Storage,
  Suggestions,
  Validity,
} from '../contract'
import { ProblemError, problemOf } from './problem'

const ROOT = '/api/v1'

export type ExportFormat = ExportDocument['format']

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

/** What a question is about: a revision of a session, the head or an older one. */
export interface Place {
  session: string
  revision: string
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

/** Who this page is; said with every request, so that others see who changed what. */
let who: () => string = () => ''

export function introduce(name: () => string): void {
  who = name
}

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = new Headers(init.headers)
  // Headers hold only ASCII letters.
  headers.set('Kanscope-Name', encodeURIComponent(who()))
  const response = await fetch(`${ROOT}${path}`, { ...init, headers })
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

/** A list with all its pages, those that are there or those that were deleted. */
async function whole<Page extends { next: string | null }, Row>(
  path: string,
  deleted: boolean,
  rows: (page: Page) => Row[],
): Promise<Row[]> {
  const found: Row[] = []
  let after: string | undefined
  do {
    const page: Page = await request<Page>(withQuery(path, { limit: 200, deleted, after }))
    found.push(...rows(page))
    after = page.next ?? undefined
  } while (after !== undefined)
  return found
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
  datasets: (deleted = false) =>
    whole<DatasetList, DatasetSummary>('/datasets', deleted, (page) => page.datasets),
  deleteDataset: (id: string, withSessions: boolean) =>
    request<undefined>(withQuery(`/datasets/${id}`, { with_sessions: withSessions }), { method: 'DELETE' }),
  restoreDataset: (id: string) => request<DatasetView>(`/datasets/${id}/restore`, { method: 'POST' }),
  storage: () => request<Storage>('/storage'),

  sessions: (deleted = false) =>
    whole<SessionList, SessionSummary>('/sessions', deleted, (page) => page.sessions),
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

  curves: (session: string, revision: string) =>
    request<CurvesText>(withQuery(`/sessions/${session}/curves`, { revision })),

  edgeDetail: (at: Place, edge: EdgeId, signal?: AbortSignal) =>
    request<EdgeDetail>(withQuery(edgePath(at.session, edge), { revision: at.revision }), reading(signal)),
  suggestions: (at: Place, edge: EdgeId, box: Box | null, signal?: AbortSignal) =>
    request<Suggestions>(
      withQuery(`${edgePath(at.session, edge)}/suggestions`, { top: 9, revision: at.revision, ...box }),
      reading(signal),
    ),
  constants: ({ session, revision }: Place, signal?: AbortSignal) =>
    request<FormulaConstants>(withQuery(`/sessions/${session}/constants`, { revision }), reading(signal)),
  validity: ({ session, revision }: Place, box: Box | null, signal?: AbortSignal) =>
    request<Validity>(withQuery(`/sessions/${session}/validity`, { revision, ...box }), reading(signal)),
  candidate: (at: Place, edge: EdgeId, primitive: string, constants: Constants, signal?: AbortSignal) =>
    request<CandidateCurve>(
      withQuery(`${edgePath(at.session, edge)}/candidate`, {
        primitive,
        revision: at.revision,
        ...constants,
      }),
      reading(signal),
    ),
  modelDraft: (
    session: string,
    draft: Pick<ModelDraft, 'formula'> & Partial<ModelDraft>,
    signal?: AbortSignal,
  ) =>
    request<DraftAnswer>(`/sessions/${session}/model-draft`, {
      ...sending('POST', draft),
      ...reading(signal),
    }),
  pruneProposal: ({ session, revision }: Place, threshold: number, signal?: AbortSignal) =>
    request<PruneProposal>(
      withQuery(`/sessions/${session}/prune-proposal`, { threshold, revision }),
      reading(signal),
    ),
  primitives: () => request<PrimitiveView[]>('/primitives'),

  exportAddress: ({ session, revision }: Place, format: ExportFormat) =>
    withQuery(`${ROOT}/sessions/${session}/export/${format}`, { revision }),
  exportDocument: ({ session, revision }: Place, format: ExportFormat) =>
    request<ExportDocument>(
      withQuery(`/sessions/${session}/export/${format}`, { format: 'document', revision }),
    ),

  server: (signal?: AbortSignal) => request<ServerView>('/server', reading(signal)),
}
