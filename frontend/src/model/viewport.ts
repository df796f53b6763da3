/** Pan and zoom: screen = offset + scale · world. */
import type { Room } from './plot_fit'

export interface View {
  x: number
  y: number
  scale: number
}

export const SMALLEST_SCALE = 0.15
export const LARGEST_SCALE = 6

function clamp(scale: number): number {
  return Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, scale))
}

/** Zoom so that the world's point under (x, y) on the screen stays there. */
export function zoomAt(view: View, factor: number, x: number, y: number): View {
  const scale = clamp(view.scale * factor)
  const change = scale / view.scale
  return { scale, x: x - (x - view.x) * change, y: y - (y - view.y) * change }
}

export function pan(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x + dx, y: view.y + dy }
}

/** The whole world, centred and never enlarged. */
export function fit(world: Room, screen: Room): View {
  const scale = Math.min(1, screen.width / world.width, screen.height / world.height)
  const centre = (size: number, room: number): number => (room - size * scale) / 2
  return { scale, x: centre(world.width, screen.width), y: centre(world.height, screen.height) }
}

/** Moves the view just far enough that a point of the world is at least `margin` inside the screen. */
export function reveal(view: View, x: number, y: number, screen: Room, margin = 80): View {
  const into = (position: number, size: number): number =>
    Math.min(Math.max(position, Math.min(margin, size / 2)), Math.max(size - margin, size / 2)) - position
  return pan(view, into(view.x + view.scale * x, screen.width), into(view.y + view.scale * y, screen.height))
}
