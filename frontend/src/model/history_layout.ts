/**
 * Where each revision stands in the drawn tree. Rows run in order of creation; a revision's first child goes on in
 * its lane, every further child opens the first lane that is free from the parent's row on.
 */
import type { RevisionSummary } from '../contract'

export interface HistoryRow {
  summary: RevisionSummary
  row: number
  lane: number
  /** Row and lane of the parent; null at the root. */
  parent: { row: number; lane: number } | null
  /** On the way from the root to the head. */
  onPath: boolean
}

export interface HistoryLayout {
  rows: readonly HistoryRow[]
  lanes: number
}

/** Ids from the root to `head`, both included. */
export function lineage(history: readonly RevisionSummary[], head: string): string[] {
  const byId = new Map(history.map((summary) => [summary.id, summary]))
  const path: string[] = []
  for (let at = byId.get(head); at !== undefined; at = at.parent === null ? undefined : byId.get(at.parent)) {
    path.unshift(at.id)
    if (path.length > history.length) break
  }
  return path
}

/** The last row of the chain of first children that begins at each revision: how far its lane is in use. */
function chainEnds(
  ordered: readonly RevisionSummary[],
  rowOf: ReadonlyMap<string, number>,
): Map<string, number> {
  const firstChild = new Map<string, string>()
  for (const { id, parent } of ordered) {
    if (parent !== null && !firstChild.has(parent)) firstChild.set(parent, id)
  }
  const ends = new Map<string, number>()
  for (const { id } of [...ordered].reverse()) {
    const child = firstChild.get(id)
    ends.set(id, (child === undefined ? undefined : ends.get(child)) ?? rowOf.get(id) ?? 0)
  }
  return ends
}

/** Lay the tree out. */
export function layoutHistory(history: readonly RevisionSummary[], head: string): HistoryLayout {
  const ordered = [...history].sort((one, other) => one.number - other.number)
  const rowOf = new Map(ordered.map(({ id }, row) => [id, row]))
  const ends = chainEnds(ordered, rowOf)
  const onPath = new Set(lineage(ordered, head))
  const placed = new Map<string, HistoryRow>()
  const hasChild = new Set<string>()
  /** Per lane, the last row it is taken up to. */
  const taken: number[] = []

  const rows = ordered.map((summary, row) => {
    const parent = summary.parent === null ? undefined : placed.get(summary.parent)
    const goesOn = parent !== undefined && !hasChild.has(parent.summary.id)
    if (parent !== undefined) hasChild.add(parent.summary.id)
    let lane = parent?.lane ?? 0
    if (!goesOn) {
      const from = parent?.row ?? row
      const free = taken.findIndex((last, at) => last <= from && at !== parent?.lane)
      lane = free === -1 ? taken.length : free
      taken[lane] = ends.get(summary.id) ?? row
    }
    const place: HistoryRow = {
      summary,
      row,
      lane,
      parent: parent === undefined ? null : { row: parent.row, lane: parent.lane },
      onPath: onPath.has(summary.id),
    }
    placed.set(summary.id, place)
    return place
  })
  return { rows, lanes: taken.length }
}
