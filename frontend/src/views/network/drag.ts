/** Panning with one pointer, zooming with two or with the wheel; a press that does not move stays a click. */
import type { Attachment } from 'svelte/attachments'

interface Handlers {
  pan: (dx: number, dy: number) => void
  zoom: (factor: number, x: number, y: number) => void
}

interface Point {
  x: number
  y: number
}

/** Pixels a press may move and still be a click. */
const SLACK = 4

export function panAndZoom({ pan, zoom }: Handlers): Attachment<HTMLElement> {
  return (element) => {
    const pointers = new Map<number, Point>()
    let moved = 0

    const local = (event: MouseEvent): Point => {
      const bounds = element.getBoundingClientRect()
      return { x: event.clientX - bounds.left, y: event.clientY - bounds.top }
    }

    const down = (event: PointerEvent): void => {
      if (event.button !== 0) return
      pointers.set(event.pointerId, local(event))
      moved = 0
    }

    const pinch = (id: number, to: Point): void => {
      const other = [...pointers].find(([each]) => each !== id)?.[1]
      const from = pointers.get(id)
      if (other === undefined || from === undefined) return
      const before = Math.hypot(from.x - other.x, from.y - other.y)
      const after = Math.hypot(to.x - other.x, to.y - other.y)
      if (before > 0) zoom(after / before, (to.x + other.x) / 2, (to.y + other.y) / 2)
    }

    const move = (event: PointerEvent): void => {
      const from = pointers.get(event.pointerId)
      if (from === undefined) return
      const to = local(event)
      moved += Math.hypot(to.x - from.x, to.y - from.y)
      if (moved > SLACK) {
        element.setPointerCapture(event.pointerId)
        if (pointers.size > 1) pinch(event.pointerId, to)
        else pan(to.x - from.x, to.y - from.y)
      }
      pointers.set(event.pointerId, to)
    }

    const up = (event: PointerEvent): void => {
      pointers.delete(event.pointerId)
    }

    const click = (event: MouseEvent): void => {
      if (moved > SLACK) event.stopPropagation()
      moved = 0
    }

    const wheel = (event: WheelEvent): void => {
      event.preventDefault()
      const { x, y } = local(event)
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)), x, y)
    }

    element.addEventListener('pointerdown', down)
    element.addEventListener('pointermove', move)
    element.addEventListener('pointerup', up)
    element.addEventListener('pointercancel', up)
    element.addEventListener('click', click, { capture: true })
    element.addEventListener('wheel', wheel, { passive: false })
    return () => {
      element.removeEventListener('pointerdown', down)
      element.removeEventListener('pointermove', move)
      element.removeEventListener('pointerup', up)
      element.removeEventListener('pointercancel', up)
      element.removeEventListener('click', click, { capture: true })
      element.removeEventListener('wheel', wheel)
    }
  }
}
