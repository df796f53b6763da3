/** Joins the socket to the state: events go into `app`, commands go out. The only owner of the connection. */
import type { ActionDraft, Command, Problem } from '../contract'
import { localProblem } from '../transport/problem'
import { SessionSocket } from '../transport/session_socket'
import { app } from './app.svelte'

let socket: SessionSocket | null = null

function problem(found: Problem): void {
  app.addProblem(found)
}

/** Show a session: close the one before, connect to this one. */
export function openSession(id: string): void {
  if (socket?.session === id) return
  closeSession()
  socket = new SessionSocket(id, {
    event: (event) => {
      app.apply(event)
    },
    connection: (connection) => {
      app.setConnection(connection)
    },
    lastSeq: () => app.state.lastSeq,
    refused: (code, reason) => {
      app.refuse(
        localProblem(
          'This session cannot be opened',
          reason === '' ? `The server closed the connection (${code}).` : reason,
          'It may have been deleted. Go back to the start and choose another.',
        ),
      )
    },
  })
  socket.open()
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
  return send({ type: 'act', request_id: request, action: { parent, ...action } })
}

export function moveHead(revision: string): boolean {
  return send({ type: 'move_head', request_id: crypto.randomUUID(), revision })
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
