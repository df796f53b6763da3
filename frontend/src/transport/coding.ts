/** One event or command a frame, as msgpack. */
import { decode, encode } from '@msgpack/msgpack'
import type { Command, CurvesFrame, CurvesText, Event } from '../contract'

export const SUBPROTOCOL = 'kanscope.v1.msgpack'

export function encodeCommand(command: Command): Uint8Array<ArrayBuffer> {
  return encode(command, { ignoreUndefined: true })
}

export function decodeEvent(frame: ArrayBuffer): Event {
  return decode(frame) as Event
}

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}

/** Curves as REST answers them, as they come over the socket. */
export function binaryCurves(curves: CurvesText): CurvesFrame {
  const { edges, x_low, x_high, y, importance, density } = curves
  return {
    ...curves,
    edges: bytes(edges),
    x_low: bytes(x_low),
    x_high: bytes(x_high),
    y: bytes(y),
    importance: bytes(importance),
    density: bytes(density),
  }
}
