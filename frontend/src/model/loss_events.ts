/** Which events of a training are worth a mark on its loss curve, and what the mark says. */

/** Happen every few steps; marking each would bury the marks that tell something. */
const USUAL = ['grid update', 'step undone']

/** The mark's text; null for an event that needs none. */
export function markOf(event: string | null | undefined): string | null {
  if (event === null || event === undefined || USUAL.includes(event)) return null
  return event
}

/** For a small chart: the grid a stage begins with, `10` of `grid 5 → 10`; null for everything else. */
export function gridOf(event: string | null | undefined): string | null {
  const found = /^grid (?:\d+ → )?(\d+)\b/.exec(event ?? '')
  return found?.[1] ?? null
}
