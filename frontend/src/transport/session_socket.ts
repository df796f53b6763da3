/**
 * One session's socket: connects, says hello, hands every event on, and comes back by itself when it is dropped.
 *
 * It knows nothing of the state beyond the number of the last event, which it asks for when it connects.
 */
import type { Command, Event } from '../contract'
import type { Connection } from '../model/state'
import { backoff } from './backoff'
import { decodeEvent, encodeCommand, SUBPROTOCOL } from './coding'

export interface SocketListener {
  event(event: Event): void
  connection(connection: Connection): void
  /** The last event folded in; the server replays what followed. */
  lastSeq(): number | null
  /** Who is there. */
  name(): string
  /** The server refused this session for good; the reason may be empty. */
  refused(reason: string): void
}

/** Attempts after which the pill says offline; the page goes on trying. */
const OFFLINE_AFTER = 6
/** Close codes that trying again cannot mend: policy violation and the application's own 44xx. */
const isFinal = (code: number) => code === 1008 || (code >= 4400 && code < 4500)

function address(session: string): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return `${scheme}://${location.host}/api/v1/sessions/${session}/stream`
}

export class SessionSocket {
  #socket: WebSocket | null = null
  #attempt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(
    readonly session: string,
    private readonly listener: SocketListener,
    private readonly makeSocket = (url: string) => new WebSocket(url, SUBPROTOCOL),
  ) {}

  open(): void {
    this.#closed = false
    this.listener.connection('connecting')
    this.#connect()
    globalThis.addEventListener('online', this.#now)
    globalThis.addEventListener('offline', this.#lost)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    globalThis.removeEventListener('online', this.#now)
    globalThis.removeEventListener('offline', this.#lost)
    this.#drop()
    this.listener.connection('offline')
  }

  /** Send a command; false when there is no connection, then nothing was sent. */
  send(command: Command): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(encodeCommand(command))
    return true
  }

  /** Try again at once instead of waiting. */
  retry(): void {
    this.#now()
  }

  #connect(): void {
    clearTimeout(this.#timer)
    const socket = this.makeSocket(address(this.session))
    this.#socket = socket
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      this.send({ type: 'hello', last_seq: this.listener.lastSeq(), name: this.listener.name() })
    }
    socket.onmessage = (message: MessageEvent<ArrayBuffer>) => {
      // Live only once the server has answered: until then what is shown may be old.
      if (this.#attempt >= 0) {
        this.#attempt = -1
        this.listener.connection('live')
      }
      this.listener.event(decodeEvent(message.data))
    }
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#dropped(event.code, event.reason)
    }
  }

  #dropped(code: number, reason: string): void {
    this.#socket = null
    if (this.#closed) return
    if (isFinal(code)) {
      this.listener.connection('offline')
      this.listener.refused(reason)
      return
    }
    this.#attempt += 1
    this.listener.connection(this.#attempt >= OFFLINE_AFTER ? 'offline' : 'reconnecting')
    this.#timer = setTimeout(() => {
      this.#connect()
    }, backoff(this.#attempt))
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  readonly #now = () => {
    if (this.#closed || this.#socket?.readyState === WebSocket.OPEN) return
    this.#drop()
    this.#connect()
  }

  readonly #lost = () => {
    this.#drop()
    this.#attempt = Math.max(this.#attempt, 0)
    this.listener.connection('offline')
  }
}
