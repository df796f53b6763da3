/** Which events of a training are worth a mark on its loss curve, and what the mark says. */

/** Happen every few steps; marking each would bury the marks that tell something. */
const USUAL = ['grid update', 'step undone']

/** The mark's text, `G 10` for a stage that begins with 10 intervals; null for an event that needs no mark. */
export function markOf(event: string | null | undefined): string | null {
  if (event === null || event === undefined || USUAL.includes(event)) return null
  const grid = /^grid (?:\d+ → )?(\d+)\b/.exec(event)?.[1]
  return grid === undefined ? event : `G ${grid}`
}
