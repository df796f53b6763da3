/** Which links to a place others can open. */
import type { ServerView } from '../contract'

export type Sharing =
  /** Links for other machines. */
  | { kind: 'links'; links: readonly string[] }
  /** The server takes no connections from other machines. */
  | { kind: 'here'; link: string }
  /** It does, but nobody knows under which address. */
  | { kind: 'unknown'; link: string }

/** Whether a name leads every machine to itself. */
function isOwn(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname)
}

/**
 * The links to a path. An address that leads here from another machine already does so for others; under one that every machine has
 * for itself, the server is asked where else it can be reached.
 */
export function shareLinks(
  { origin, hostname }: Pick<Location, 'origin' | 'hostname'>,
  path: string,
  server: ServerView,
): Sharing {
  const link = origin + path
  if (!isOwn(hostname)) return { kind: 'links', links: [link] }
  if (!server.shared) return { kind: 'here', link }
  if (server.addresses.length === 0) return { kind: 'unknown', link }
  return { kind: 'links', links: server.addresses.map((address) => address + path) }
}
