import { pause } from './pause'
import { train } from './train'
import type { UserAction } from './user_action'

export const runOrPause: UserAction = {
  id: 'run_or_pause',
  title: 'Train, pause or go on',
  group: 'Run',
  keys: ['Space'],
  hidden: true,
  enabled: (context) => (context.app.running === null ? train.enabled(context) : pause.enabled(context)),
  run: (context) => (context.app.running === null ? train.run(context) : pause.run(context)),
}
