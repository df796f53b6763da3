import type { FrontPoint } from '../contract'
import { revisionOf } from '../model/front'
import { canChange, type Context, type UserAction } from './user_action'

/** The given formula, else the one a person looks at. */
function wanted({ search }: Context, point: FrontPoint | undefined): FrontPoint | null {
  return point ?? search.looked
}

/** Opens a formula of the front: the revision it has become, or a new one. A search that runs is stopped first. */
export const takeFormula: UserAction<FrontPoint> = {
  id: 'take_formula',
  title: 'Take this formula of the search',
  group: 'Run',
  keys: [],
  hint: 'Open it as a revision of its own.',
  enabled: (context, point) =>
    wanted(context, point) !== null &&
    (context.search.running ? context.app.connection === 'live' : canChange(context)),
  run: (context, point) => {
    const { app, client, search, ui } = context
    const formula = wanted(context, point)
    const session = app.session
    if (formula === null || session === null) return
    if (search.running && app.running !== null) {
      search.wanted = { head: session.head, sympy: formula.sympy }
      if (client.cancel(app.running.action_id)) ui.stopping = app.running.action_id
      return
    }
    const from = search.revision
    if (from === null) return
    const revision = revisionOf(formula, from, session)
    search.look(null)
    if (revision === null) client.act({ kind: 'adopt', search: from, index: formula.index })
    else if (revision !== session.head) client.moveHead(revision)
  },
}
