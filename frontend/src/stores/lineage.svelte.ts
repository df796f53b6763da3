/** The losses of the shown revision's ancestors, fetched once: revisions never change. */
import type { RevisionView } from '../contract'
import { lineage } from '../model/history_layout'
import type { LossPart } from '../model/loss_timeline'
import type { SessionState } from '../model/state'
import { rest } from '../transport/rest_client'

/** Older ancestors are left out of the chart. */
const MOST_ANCESTORS = 24

class LineageStore {
  #parts = $state.raw<ReadonlyMap<string, LossPart>>(new Map())
  #asked = new Set<string>()

  /** Losses from the oldest shown ancestor to the head; those still on their way are left out. */
  parts(session: SessionState): LossPart[] {
    return this.#path(session).flatMap((id) => this.#parts.get(id) ?? [])
  }

  /** See to it that the lineage of the head is here. */
  follow(session: SessionState): void {
    this.#keep(session.revision)
    for (const id of this.#path(session)) {
      if (this.#asked.has(id)) continue
      this.#asked.add(id)
      rest
        .revision(session.id, id)
        .then((revision) => {
          this.#keep(revision)
        })
        // The chart simply begins later; it is asked for again with the next revision.
        .catch(() => this.#asked.delete(id))
    }
  }

  #path(session: SessionState): string[] {
    return lineage(session.history, session.head).slice(-MOST_ANCESTORS)
  }

  #keep({ id, label, losses }: RevisionView): void {
    this.#asked.add(id)
    if (this.#parts.has(id)) return
    this.#parts = new Map(this.#parts).set(id, { label, losses })
  }
}

export const lossLineage = new LineageStore()
