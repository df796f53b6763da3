/** The page's address: which session, which revision is looked at (none: the head), which edge is selected. */
import type { EdgeId } from '../contract'
import { edgeKey, parseEdgeKey } from './edge_key'

export type Address =
  { page: 'start' } | { page: 'session'; session: string; revision: string | null; edge: EdgeId | null }

/** Read a path and query; anything unknown is the start page. */
export function parseAddress(path: string, query: string): Address {
  const match = /^\/s\/([\w-]+)\/?$/.exec(path)
  if (match?.[1] === undefined) return { page: 'start' }
  const parts = new URLSearchParams(query)
  return {
    page: 'session',
    session: match[1],
    revision: parts.get('rev'),
    edge: parseEdgeKey(parts.get('edge') ?? ''),
  }
}

export function formatAddress(address: Address): string {
  if (address.page === 'start') return '/'
  const parts: string[] = []
  if (address.revision !== null) parts.push(`rev=${encodeURIComponent(address.revision)}`)
  if (address.edge !== null) parts.push(`edge=${edgeKey(address.edge)}`)
  return `/s/${address.session}${parts.length > 0 ? `?${parts.join('&')}` : ''}`
}
