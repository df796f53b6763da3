/** How small a formula is drawn so that it has room, without becoming unreadable. */

interface Size {
  width: number
  height: number
}

/**
 * The scale at which something of a natural size fits into a room, never enlarged, and never below `floor`: there it
 * stays readable and the room has to scroll or grow. An unknown size (0) is left as it is.
 */
export function fittingScale(natural: Size, room: Partial<Size>, floor: number): number {
  const across = natural.width > 0 ? (room.width ?? Infinity) / natural.width : 1
  const down = natural.height > 0 ? (room.height ?? Infinity) / natural.height : 1
  return Math.max(Math.min(1, floor), Math.min(1, across, down))
}
