import { hindrance, type UserAction } from './user_action'
import { MOST_HIDDEN_LAYERS } from '../model/plan'

/** The argument is the layer of nodes the new one comes after; the last before the outputs when it is not said. */
export const deepen: UserAction<number> = {
  id: 'deepen',
  title: 'Insert a layer',
  group: 'Network',
  keys: [],
  hint: 'A layer that passes everything on unchanged: the function stays, and training can use it.',
  enabled: (context, after) => deepen.obstacle?.(context, after) === null,
  obstacle: (context) =>
    hindrance(context) ??
    ((context.app.network?.shape.length ?? 0) - 2 >= MOST_HIDDEN_LAYERS
      ? `A network has at most ${MOST_HIDDEN_LAYERS} hidden layers.`
      : null),
  run: ({ app, client }, after) => {
    client.act({ kind: 'deepen', position: after ?? (app.network?.shape.length ?? 2) - 2 })
  },
}
