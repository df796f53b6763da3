/** One event or command a frame, as msgpack. */
import { decode, encode } from '@msgpack/msgpack'
import type { Command, Event } from '../contract'

export const SUBPROTOCOL = 'kanscope.v1.msgpack'

export function encodeCommand(command: Command): Uint8Array<ArrayBuffer> {
  return encode(command, { ignoreUndefined: true })
}

export function decodeEvent(frame: ArrayBuffer): Event {
  return decode(frame) as Event
}
