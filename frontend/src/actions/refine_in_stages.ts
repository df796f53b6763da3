import { stagesFrom } from '../model/plan'
import { finestGrid, gridObstacle, MOST_INTERVALS } from './extend_grid'
import type { Context, UserAction } from './user_action'

/** The grids ahead, beyond the present one. */
export function stagesAhead({ app, settings }: Pick<Context, 'app' | 'settings'>): number[] {
  return stagesFrom(finestGrid({ app }), settings.training.stages, MOST_INTERVALS)
}

export const refineInStages: UserAction = {
  id: 'refine_in_stages',
  title: 'Refine in stages',
  group: 'Run',
  keys: [],
  hint: 'Train on finer and finer grids and keep the one that held-out rows like best: one step of the history.',
  enabled: (context) => refineInStages.obstacle?.(context) === null,
  obstacle: (context) =>
    gridObstacle(context) ??
    (stagesAhead(context).length === 0 ? `A grid has at most ${MOST_INTERVALS} intervals.` : null),
  // The present grid comes first: what a finer one brings is measured against it fully trained.
  run: (context) => {
    const intervals = [finestGrid(context), ...stagesAhead(context)]
    context.client.act({ kind: 'grid_schedule', intervals })
  },
}
