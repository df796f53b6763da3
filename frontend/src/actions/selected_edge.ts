import type { EdgeView } from '../contract'
import { sameEdge } from '../model/edge_key'
import type { Context } from './user_action'

/** The selected edge with what is on it. */
export function selectedEdge({ app, ui }: Context): EdgeView | null {
  const edge = ui.selectedEdge
  if (edge === null) return null
  return app.network?.edges.find((one) => sameEdge(one.id, edge)) ?? null
}
