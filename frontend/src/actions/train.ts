import { objectiveFor } from '../model/choices'
import { canChange, type UserAction } from './user_action'

export const train: UserAction = {
  id: 'train',
  title: 'Train',
  group: 'Run',
  keys: [],
  hint: 'Fit all edge functions to the training rows.',
  enabled: canChange,
  run: (context) => {
    const {
      steps,
      sparsity,
      entropy,
      updateGrid,
      method,
      objective,
      huberDelta,
      smoothness,
      batch,
      rate,
      compile,
    } = context.settings.training
    context.client.act({
      kind: 'train',
      steps,
      sparsity,
      entropy,
      update_grid: updateGrid,
      method,
      objective: objectiveFor(context.app.session?.task ?? 'regression', objective),
      huber_delta: huberDelta,
      smoothness,
      batch,
      rate,
      compile,
    })
  },
}
