/** Fetches the revision that this page looks at. Looking is a view of one's own: nobody is told, and the head stays where it is. */
import type { Problem } from '../contract'
import { readCurves } from '../model/curve_set'
import { binaryCurves } from '../transport/coding'
import { asProblem } from '../transport/problem'
import { rest } from '../transport/rest_client'
import { app } from './app.svelte'

class LookingStore {
  /** Why the revision cannot be shown; the head is shown meanwhile, and nothing can be changed. */
  problem = $state.raw<Problem | null>(null)

  /** Show a revision of the open session; null shows the head again. */
  async follow(session: string | null, revision: string | null): Promise<void> {
    if (session === null || revision === app.looking) return
    app.looking = revision
    this.problem = null
    const known = app.session?.history.some(({ id }) => id === revision) ?? false
    if (revision === null || !known) {
      app.looked = null
      return
    }
    try {
      const [view, curves] = await Promise.all([
        rest.revision(session, revision),
        rest.curves(session, revision),
      ])
      // Meanwhile a person may have gone on to another one.
      if (app.looking !== revision) return
      app.looked = { revision: view, curves: readCurves(binaryCurves(curves), view.network.shape, null) }
    } catch (error) {
      if (app.looking !== revision) return
      app.looked = null
      this.problem = asProblem(error)
    }
  }
}

export const looking = new LookingStore()
