import type { Growth } from '../model/plan'
import { hindrance, type Context, type UserAction } from './user_action'

/** The hidden layer that is meant: of the selection, else the only one. */
function layerMeant({ app, ui }: Context): number | null {
  const last = (app.network?.shape.length ?? 1) - 1
  const { selection } = ui
  const wanted =
    selection?.kind === 'node'
      ? [selection.node.layer]
      : selection?.kind === 'edge'
        ? [selection.edge.layer + 1, selection.edge.layer]
        : last === 2
          ? [1]
          : []
  return wanted.find((layer) => layer >= 1 && layer < last) ?? null
}

function obstacle(context: Context, growth?: Growth): string | null {
  const refused = hindrance(context)
  if (refused !== null || growth !== undefined) return refused
  if ((context.app.network?.shape.length ?? 0) < 3) return 'There is no hidden layer: insert one first.'
  return layerMeant(context) === null ? 'Select a node of the layer to widen.' : null
}

function widening(node_kind: Growth['node_kind'], title: string, key: string): UserAction<Growth> {
  return {
    id: `widen_${node_kind}`,
    title,
    group: 'Network',
    keys: [key],
    hint: 'The function stays as it is; training then uses the new freedom.',
    enabled: (context, growth) => obstacle(context, growth) === null,
    obstacle,
    run: (context, growth) => {
      const layer = growth?.layer ?? layerMeant(context)
      if (layer === null) return
      const { arity } = context.settings.network
      context.client.act({ kind: 'widen', layer, nodes: growth?.nodes ?? 1, node_kind, arity })
    },
  }
}

export const widenSum = widening('sum', 'Add a sum node to the layer', 'W')
export const widenProduct = widening('product', 'Add a product node to the layer', 'Shift+W')
