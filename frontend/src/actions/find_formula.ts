import { beganWithEquations, unsolved } from '../model/equation_session'
import { edgeLabel } from '../model/names'
import { canChange, hindrance, type Context, type UserAction } from './user_action'

/** Why no formula can be searched for, in a sentence; null when one can. */
export function searchObstacle({ app }: Pick<Context, 'app'>): string | null {
  const targets = app.session?.targets.length ?? 0
  if (targets > 1) {
    return beganWithEquations(app.session)
      ? `A search explains one unknown and there are ${targets}: accept suggestions for single edges instead.`
      : `A search explains one target and this session has ${targets}. Start a session with one of them.`
  }
  if (app.session?.task === 'classification')
    return 'A search explains numbers and this session learns classes: train, prune and accept suggestions.'
  if (unsolved(app.session)) return 'Solve the equations first: a search explains their solution.'
  return null
}

/** What the locked edges of the head lead from and to; a search, which begins from the table, would not keep them. */
export function lockedEdges({ app }: Pick<Context, 'app'>): string[] {
  const { network } = app
  if (network === null) return []
  return network.edges.filter(({ locked }) => locked).map(({ id }) => edgeLabel(network, id))
}

/** Run with `true` once a person has agreed that locked edges are not kept. */
export const findFormula: UserAction<boolean> = {
  id: 'find_formula',
  title: 'Find formula',
  group: 'Run',
  keys: ['S'],
  hint: 'Search formulas automatically and take the one with the shortest description; the others stay at hand.',
  enabled: (context) => canChange(context) && searchObstacle(context) === null,
  obstacle: (context) => hindrance(context) ?? searchObstacle(context),
  run: ({ app, client, search, ui }, agreed) => {
    const { budget, seed } = search.settings
    const locked = lockedEdges({ app }).length > 0
    search.asking = locked && agreed !== true
    if (search.asking) return
    // The front is shown where nothing is selected.
    ui.clearSelection()
    search.look(null)
    client.act({ kind: 'search', budget, seed, ignore_locked: locked })
  },
}
