/** Which events of a training are worth a mark on its loss curve, and what the mark says. */
import type { LossPoint } from '../contract'

type Event = Pick<LossPoint, 'event' | 'event_kind' | 'intervals'>

/** The mark's text, `G 10` for a stage that begins with 10 intervals; null for an event that needs no mark. */
export function markOf({ event, event_kind: kind, intervals }: Event): string | null {
  // Knots move and steps are undone every few steps; marking each would bury the marks that tell something.
  if (event === null || kind === null || kind === 'grid_update' || kind === 'undone') return null
  return kind === 'grid' && intervals !== null ? `G ${intervals}` : event
}
