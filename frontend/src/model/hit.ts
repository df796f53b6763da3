/** What lies under the pointer, for plots that are drawn on a canvas. */
import type { EdgePlace, Layout } from './layout'

/** The active edge whose plot holds a point of the world. */
export function edgeAt(layout: Layout, x: number, y: number): EdgePlace | null {
  const inside = ({ box }: EdgePlace): boolean =>
    box !== null && x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height
  return layout.edges.find(inside) ?? null
}
