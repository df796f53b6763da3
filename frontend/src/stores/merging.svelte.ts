/** The two revisions that a merge would join: the head, and the one that a person chooses. */
import type { RevisionView } from '../contract'
import type { SessionState } from '../model/state'
import { rest } from '../transport/rest_client'
import { Resource } from './resource.svelte'

class MergingStore {
  /** The revision to be merged with the head. */
  id = $state<string | null>(null)
  readonly other = new Resource<RevisionView>()

  /** Choose a revision to begin with; without one, the newest that is not the head. */
  begin(session: SessionState | null, revision?: string): void {
    const first = revision ?? session?.history.findLast(({ id }) => id !== session.head)?.id
    if (first !== undefined) this.choose(session, first)
  }

  choose(session: SessionState | null, revision: string): void {
    if (session === null) return
    this.id = revision
    void this.other.load(`${session.id}/${revision}`, () => rest.revision(session.id, revision))
  }
}

export const merging = new MergingStore()
