import { unsolved } from '../model/equation_session'
import { pause } from './pause'
import { solve } from './solve'
import { train } from './train'
import type { Context, UserAction } from './user_action'

/** Equations are solved before there is anything to train on. */
function next({ app }: Context): UserAction {
  if (app.running !== null) return pause
  return unsolved(app.session) ? solve : train
}

export const runOrPause: UserAction = {
  id: 'run_or_pause',
  title: 'Train or solve, pause or go on',
  group: 'Run',
  keys: ['Space'],
  hidden: true,
  enabled: (context) => next(context).enabled(context),
  run: (context) => next(context).run(context),
}
