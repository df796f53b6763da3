import { planOf, type HiddenLayer } from '../model/plan'
import { standardDegree } from '../model/equation_session'
import { canChange, type UserAction } from './user_action'

export const startOver: UserAction<readonly HiddenLayer[]> = {
  id: 'start_over',
  title: 'Start over with a new network',
  group: 'Run',
  keys: [],
  hint: 'A fresh, untrained network; the present one stays in the history.',
  enabled: canChange,
  run: ({ app, client, settings }, wanted) => {
    const { network } = app
    if (network === null) return
    const plan = wanted ?? planOf(network)
    const { shape } = network
    const { noiseScale, degree, ...made } = settings.network
    client.act({
      kind: 'initialise',
      shape: [shape[0] ?? 1, ...plan.map(({ sums }) => sums), shape.at(-1) ?? 1],
      products: plan.some(({ products }) => products > 0) ? plan.map(({ products }) => products) : null,
      ...made,
      degree: degree ?? standardDegree(app.session),
      noise_scale: noiseScale,
    })
  },
}
