import { objectiveFor } from '../model/choices'
import { canChange, type Context, type UserAction } from './user_action'

/** The column of row weights, if this table has it: the setting may come from a session on another table. */
function weightsOf({ app, settings }: Context): string | null {
  const { weights } = settings.training
  const known = app.session?.dataset.columns.some(({ name, usable }) => usable && name === weights) ?? false
  return known ? weights : null
}

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
      weights: weightsOf(context),
      smoothness,
      batch,
      rate,
      compile,
    })
  },
}
