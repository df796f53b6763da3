/** Equations and their residual along the history of a session that began with equations; revisions never change. */
import type { RevisionView } from '../contract'
import { beganWithEquations, equationsOf } from '../model/equation_session'
import { lineage } from '../model/history_layout'
import type { SessionState } from '../model/state'
import { rest } from '../transport/rest_client'

/** Older revisions are left without the figure. */
const MOST = 48

interface Known {
  residual: number | null
  /** Those it was fitted to in place of the session's own. */
  equations: readonly string[]
}

class EquationHistory {
  #known = $state.raw<ReadonlyMap<string, Known>>(new Map())
  #asked = new Set<string>()

  /** Root mean square of left minus right after a revision; undefined as long as nobody knows. */
  residualOf(revision: string): number | null | undefined {
    return this.#known.get(revision)?.residual
  }

  /** The equations that the head's points were solved for. */
  present(session: SessionState): readonly string[] {
    const fitted = lineage(session.history, session.head).map((id) => this.#known.get(id)?.equations ?? [])
    return fitted.findLast((equations) => equations.length > 0) ?? equationsOf(session)
  }

  /** See to it that what is known of the session's revisions is here. */
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

  #keep({ id, action, metrics }: RevisionView): void {
    this.#asked.add(id)
    if (this.#known.has(id)) return
    const equations = action.kind === 'fit_equation' ? action.equations : []
    this.#known = new Map(this.#known).set(id, { residual: metrics.equation_rms, equations })
  }
}

export const equationHistory = new EquationHistory()
