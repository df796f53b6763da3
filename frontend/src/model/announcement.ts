/** What a page is told when another one has changed something, and how to take that back. */
import type { Event, RevisionSummary } from '../contract'
import { revisionLabel } from './revision_label'

export interface Announcement {
  text: string
  /** Where the head goes to take it back, and from where. */
  back: { revision: string; from: string } | null
  /** What taking it back is called. */
  verb: 'Undo' | 'Redo'
}

type Told = Extract<Event, { type: 'head' | 'revision' }>

/** `Ada`, or somebody who gave no name. */
export function called(by: string | null | undefined): string {
  return by ?? 'Somebody'
}

/** Up to two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return letters.map((word) => [...(word ?? '?')][0]?.toUpperCase() ?? '').join('')
}

/** `Ada’s “train”`, or `“train”` of one's own; edges by the names of what they join. */
function work(row: RevisionSummary, { revision, by }: Extract<Told, { type: 'head' }>): string {
  const label = revisionLabel(row.label, revision.network)
  return row.by === null || row.by === by ? `“${label}”` : `${row.by}’s “${label}”`
}

function moved(event: Extract<Told, { type: 'head' }>, former: RevisionSummary, mine: boolean): string {
  const { revision, by } = event
  const who = mine ? 'You' : called(by)
  if (former.parent === revision.id)
    return `${who} undid ${work(former, event)}: revision ${revision.number} is the head`
  return `${who} moved the head from revision ${former.number} to revision ${revision.number}`
}

/**
 * What to say of an event; null when there is nothing. `history` is as it was before. Of one's own acts only that one is
 * said that takes back another person's.
 */
export function announcement(
  event: Told,
  history: readonly RevisionSummary[],
  mine: boolean,
): Announcement | null {
  const { revision } = event
  if (event.type === 'revision') {
    const { parent } = revision
    if (mine || parent === null) return null
    const label = revisionLabel(revision.label, revision.network)
    const text = `${called(revision.by)} made “${label}”, now revision ${revision.number}`
    return { text, back: { revision: parent, from: revision.id }, verb: 'Undo' }
  }
  const former = history.find(({ id }) => id === event.former)
  if (former === undefined) return null
  const undone = former.parent === revision.id
  const others = undone && former.by !== null && former.by !== event.by
  if (mine && !others) return null
  return {
    text: moved(event, former, mine),
    back: { revision: former.id, from: revision.id },
    verb: mine ? 'Redo' : 'Undo',
  }
}
