/**
 * The course of an edge from node to node. It runs level where it passes a column of plots, in the lane that is kept free
 * for it, and bends only between the columns, where no plot stands; so no plot ever lies on another edge's wire.
 */

/** Where a wire crosses a column of plots: at this height, level from `left` to `right`. */
export interface Level {
  left: number
  right: number
  y: number
}

interface Point {
  x: number
  y: number
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function at(x: number, y: number): string {
  return `${round(x)} ${round(y)}`
}

/** From one level to the next, leaving and arriving horizontally: it stays between the two columns. */
function bend(from: Point, to: Point): string {
  const half = (from.x + to.x) / 2
  return `C${at(half, from.y)} ${at(half, to.y)} ${at(to.x, to.y)}`
}

function line(from: Point, to: Point): string {
  return `C${at(from.x, from.y)} ${at(to.x, to.y)} ${at(to.x, to.y)}`
}

/** Through the levels from left to right. As many pieces for each edge of a gap, so that a wire can glide to another course. */
export function wireThrough(start: Point, end: Point, levels: readonly Level[]): string {
  const pieces = [`M${at(start.x, start.y)}`]
  let from = start
  for (const { left, right, y } of levels) {
    pieces.push(bend(from, { x: left, y }), line({ x: left, y }, { x: right, y }))
    from = { x: right, y }
  }
  pieces.push(bend(from, end))
  return pieces.join('')
}

/**
 * Through one plot, straight and with the slope that the way from node to node has there, as far as it enters and leaves
 * by the plot's sides: where few plots stand, each sits on one smooth curve. The same pieces as through one level.
 */
export function smoothWire(start: Point, end: Point, { left, right, y }: Level, height: number): string {
  const half = (right - left) / 2
  const steepest = (0.4 * height) / half
  const natural = (2 * (end.y - start.y)) / (end.x - start.x)
  const slope = Math.min(steepest, Math.max(-steepest, natural))
  const into = { x: left, y: y - slope * half }
  const out = { x: right, y: y + slope * half }
  const before = (left - start.x) / 2
  const after = (end.x - right) / 2
  return [
    `M${at(start.x, start.y)}`,
    `C${at(start.x + before, start.y)} ${at(into.x - before / 2, into.y - (slope * before) / 2)} ${at(into.x, into.y)}`,
    line(into, out),
    `C${at(out.x + after / 2, out.y + (slope * after) / 2)} ${at(end.x - after, end.y)} ${at(end.x, end.y)}`,
  ].join('')
}
