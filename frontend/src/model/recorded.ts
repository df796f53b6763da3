/** A session recorded from the real server in the JSON coding, for the tests of the reducer. */
import type { CurvesFrame, Event, SessionView } from '../contract'
import recording from './recorded.fixture.json'

const BINARY = ['edges', 'x_low', 'x_high', 'y', 'importance', 'density'] as const

function bytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

/** As the binary coding would have brought it. */
function decoded(event: { type: string }): Event {
  if (event.type !== 'curves') return event as Event
  const frame = event as unknown as Record<string, string>
  const arrays = Object.fromEntries(BINARY.map((name) => [name, bytes(frame[name] ?? '')]))
  return { ...event, ...arrays } as unknown as CurvesFrame
}

/** Two trainings, a choice, an undo, a refused action, another choice, a note, a new name. */
export const recordedEvents: readonly Event[] = recording.events.map(decoded)

/** What a page that joined afterwards was sent. */
export const viewOfJoiner = recording.view.session as unknown as SessionView
