/** The residual of the equations after each revision of a session that began with them; revisions never change. */
import type { RevisionView } from '../contract'
import { beganWithEquations } from '../model/equation_session'
import type { SessionState } from '../model/state'
import { rest } from '../transport/rest_client'

/** Older revisions are left without the figure. */
const MOST = 48

class EquationResiduals {
  #known = $state.raw<ReadonlyMap<string, number | null>>(new Map())
  #asked = new Set<string>()

  /** Undefined as long as nobody knows. */
  of(revision: string): number | null | undefined {
    return this.#known.get(revision)
  }

  /** See to it that the figures of the session's revisions are here. */
  follow(session: SessionState): void {
    if (!beganWithEquations(session)) return
    this.#keep(session.revision)
    for (const { id } of session.history.slice(-MOST)) {
      if (this.#asked.has(id)) continue
      this.#asked.add(id)
      rest
        .revision(session.id, id)
        .then((revision) => {
          this.#keep(revision)
        })
        // It is asked for again with the next revision.
        .catch(() => this.#asked.delete(id))
    }
  }

  #keep({ id, metrics }: RevisionView): void {
    this.#asked.add(id)
    if (this.#known.get(id) === metrics.equation_rms) return
    this.#known = new Map(this.#known).set(id, metrics.equation_rms)
  }
}

export const equationResiduals = new EquationResiduals()
