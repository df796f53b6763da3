/** Two revisions to be compared; both are fetched, because the page keeps only the head whole. */
import type { RevisionView } from '../contract'
import type { SessionState } from '../model/state'
import { rest } from '../transport/rest_client'
import { Resource } from './resource.svelte'

class Side extends Resource<RevisionView> {
  id = $state('')

  choose(session: SessionState | null, id: string): void {
    if (session === null) return
    this.id = id
    void this.load(`${session.id}/${id}`, () => rest.revision(session.id, id), true)
  }
}

class ComparisonStore {
  readonly left = new Side()
  readonly right = new Side()

  /** A revision against the head; without one, the head's parent. */
  begin(session: SessionState | null, revision?: string): void {
    if (session === null) return
    this.left.choose(session, revision ?? session.revision.parent ?? session.head)
    this.right.choose(session, session.head)
  }
}

export const comparison = new ComparisonStore()
