// @vitest-environment jsdom
import { decode, encode } from '@msgpack/msgpack'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Event } from '../contract'
import { backoff } from './backoff'
import { SessionSocket } from './session_socket'

/** A WebSocket whose other end is the test. */
class FakeSocket {
  static made: FakeSocket[] = []
  readyState: number = WebSocket.CONNECTING
  binaryType = 'blob'
  sent: unknown[] = []
  onopen: (() => void) | null = null
  onmessage: ((message: { data: ArrayBuffer }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null

  constructor(readonly url: string) {
    FakeSocket.made.push(this)
  }
  send(frame: Uint8Array): void {
    this.sent.push(decode(frame))
  }
  close(): void {
    this.drop(1000)
  }
  accept(): void {
    this.readyState = WebSocket.OPEN
    this.onopen?.()
  }
  say(event: object): void {
    this.onmessage?.({ data: encode(event).slice().buffer })
  }
  drop(code = 1006, reason = ''): void {
    this.readyState = WebSocket.CLOSED
    this.onclose?.({ code, reason })
  }
}

const latest = () => {
  const socket = FakeSocket.made.at(-1)
  if (socket === undefined) throw new Error('No socket was made.')
  return socket
}

function connected(lastSeq: number | null = null) {
  const heard = { events: [] as Event[], pills: [] as string[], refused: [] as string[] }
  const socket = new SessionSocket(
    's1',
    {
      event: (event) => heard.events.push(event),
      connection: (connection) => heard.pills.push(connection),
      lastSeq: () => lastSeq,
      name: () => 'Ada',
      refused: (reason) => heard.refused.push(reason),
    },
    (url) => new FakeSocket(url) as unknown as WebSocket,
  )
  socket.open()
  return { socket, heard }
}

beforeEach(() => {
  FakeSocket.made = []
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('the socket of a session', () => {
  it('says hello with the last event it knows and is live once the server has answered', () => {
    const { heard } = connected(41)
    latest().accept()
    expect(latest().sent).toEqual([{ type: 'hello', last_seq: 41, name: 'Ada' }])
    expect(heard.pills).toEqual(['connecting'])
    latest().say({ type: 'presence', seq: 42, viewers: 1 })
    expect(heard.pills).toEqual(['connecting', 'live'])
    expect(heard.events).toEqual([{ type: 'presence', seq: 42, viewers: 1 }])
  })

  it('brings binary frames as bytes', () => {
    const { heard } = connected()
    latest().accept()
    latest().say({ type: 'curves', seq: 1, y: new Uint8Array([1, 2, 3]) })
    expect((heard.events[0] as unknown as { y: Uint8Array }).y).toEqual(new Uint8Array([1, 2, 3]))
  })

  it('comes back by itself after it was dropped', () => {
    const { heard } = connected()
    latest().accept()
    latest().say({ type: 'presence', seq: 1, viewers: 1 })
    latest().drop()
    expect(heard.pills.at(-1)).toBe('reconnecting')
    vi.advanceTimersByTime(16_000)
    expect(FakeSocket.made).toHaveLength(2)
    latest().accept()
    latest().say({ type: 'presence', seq: 2, viewers: 1 })
    expect(heard.pills.at(-1)).toBe('live')
  })

  it('says offline after several attempts and goes on trying', () => {
    const { heard } = connected()
    for (let attempt = 0; attempt < 7; attempt += 1) {
      latest().drop()
      vi.advanceTimersByTime(16_000)
    }
    expect(heard.pills.at(-1)).toBe('offline')
    const before = FakeSocket.made.length
    latest().drop()
    vi.advanceTimersByTime(16_000)
    expect(FakeSocket.made.length).toBe(before + 1)
  })

  it('stops when the server refuses the session for good', () => {
    const { heard } = connected()
    latest().drop(4404, 'There is no such session.')
    vi.advanceTimersByTime(60_000)
    expect(heard.refused).toEqual(['There is no such session.'])
    expect(FakeSocket.made).toHaveLength(1)
  })

  it('sends nothing and says so while there is no connection', () => {
    const { socket } = connected()
    expect(socket.send({ type: 'cancel', action_id: 'a' })).toBe(false)
    latest().accept()
    expect(socket.send({ type: 'cancel', action_id: 'a' })).toBe(true)
  })

  it('stays away once it was closed', () => {
    const { socket } = connected()
    latest().accept()
    socket.close()
    vi.advanceTimersByTime(60_000)
    expect(FakeSocket.made).toHaveLength(1)
  })
})

describe('waiting before trying again', () => {
  it('lies between half a second and fifteen, whatever chance says', () => {
    for (let attempt = 0; attempt < 40; attempt += 1) {
      expect(backoff(attempt, () => 0)).toBe(500)
      expect(backoff(attempt, () => 1)).toBeLessThanOrEqual(15_000)
    }
    expect(backoff(0, () => 1)).toBe(500)
    expect(backoff(20, () => 1)).toBe(15_000)
  })
})
