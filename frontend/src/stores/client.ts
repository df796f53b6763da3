/** Joins the socket to the state: events go into `app`, commands go out. The only owner of the connection. */
import type { ActionDraft, Command, Event, Problem } from '../contract'
import { announcement } from '../model/announcement'
import { localProblem } from '../transport/problem'
import { introduce } from '../transport/rest_client'
import { SessionSocket } from '../transport/session_socket'
import { app } from './app.svelte'
import { person } from './person.svelte'
import { toasts } from './toasts.svelte'

let socket: SessionSocket | null = null
/** What this page has asked for; the rest is by others. */
const asked = new Set<string>()

introduce(() => person.name)
person.onrename = (name) => {
  socket?.send({ type: 'introduce', name })
}

function problem(found: Problem): void {
  app.addProblem(found)
}

/** Show a session: close the one before, connect to this one. */
export function openSession(id: string): void {
  if (socket?.session === id) return
  closeSession()
  socket = new SessionSocket(id, {
    event: (event) => {
      announce(event)
      app.apply(event)
    },
    connection: (connection) => {
      app.setConnection(connection)
    },
    lastSeq: () => app.state.lastSeq,
    name: () => person.name,
    refused: (reason) => {
      app.refuse(
        localProblem(
          'This session cannot be opened',
          reason === '' ? 'The server has closed the connection and takes no new one.' : reason,
          'It may have been deleted. Go back to the start and choose another.',
        ),
      )
    },
  })
  socket.open()
}

/** What others have changed is said, with the way to take it back. */
function announce(event: Event): void {
  if (event.type !== 'head' && event.type !== 'revision') return
  // Told again after a dropped connection.
  if (event.seq <= (app.state.lastSeq ?? 0)) return
  // What this page asked for over REST, such as the first action of a session, has no request of the socket: the name tells.
  const by = event.type === 'head' ? event.by : event.revision.by
  const mine = (event.request_id !== null && asked.has(event.request_id)) || by === person.name
  const said = announcement(event, app.state.session?.history ?? [], mine)
  if (said === null) return
  const { text, back, verb } = said
  if (back === null) toasts.show(text)
  else
    toasts.offer(text, {
      title: verb,
      possible: () => app.head?.id === back.from && app.running === null && app.connection === 'live',
      run: () => moveHead(back.revision, back.from),
    })
}

export function closeSession(): void {
  socket?.close()
  socket = null
  app.clear()
}

export function reconnect(): void {
  socket?.retry()
}

function send(command: Command): boolean {
  if (socket?.send(command) === true) return true
  problem(
    localProblem(
      'Not sent',
      'There is no connection to the server at the moment.',
      'Nothing was changed. Try again when the pill says live.',
    ),
  )
  return false
}

/** Ask for an action on the head as this page shows it; the answer is an event that names the request. */
export function act(action: ActionDraft, request: string = crypto.randomUUID()): boolean {
  const parent = app.state.session?.head ?? null
  asked.add(request)
  return send({ type: 'act', request_id: request, action: { parent, ...action } })
}

/** Make a revision the head, for everybody; `parent` is the head that this was decided on. */
export function moveHead(revision: string, parent: string | null = app.state.session?.head ?? null): boolean {
  const request = crypto.randomUUID()
  asked.add(request)
  return send({ type: 'move_head', request_id: request, revision, parent })
}

export function cancel(actionId: string): boolean {
  return send({ type: 'cancel', action_id: actionId })
}

export function pause(actionId: string, paused: boolean): boolean {
  return send({ type: 'pause', action_id: actionId, paused })
}

/** Write a note on a revision, or, without one, rename the session. */
export function annotate(revision: string | null, text: string): boolean {
  return send({ type: 'annotate', revision, text })
}
