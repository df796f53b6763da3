import { beganWithEquations } from '../model/equation_session'
import { pause } from './pause'
import { solve } from './solve'
import { train } from './train'
import type { Context, UserAction } from './user_action'

/** Where a session began with equations they are what is to be fulfilled; training only follows their solution. */
function next({ app }: Context): UserAction {
  if (app.running !== null) return pause
  return beganWithEquations(app.session) ? solve : train
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
