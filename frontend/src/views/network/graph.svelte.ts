/** What the graph, its tool bar and the threshold bar share: room, layout, view, hover. */
import { app } from '../../stores/app.svelte'
import { layoutNetwork, type Layout } from '../../model/layout'
import type { Room } from '../../model/plot_fit'
import { fit, pan, reveal, zoomAt, type View } from '../../model/viewport'
import type { EdgeKey, NodeKey } from '../../model/edge_key'

/** Above so many active edges their curves share one canvas. */
export const CANVAS_FROM = 250

export class Graph {
  room = $state.raw<Room>({ width: 0, height: 0 })
  ghosts = $state(true)
  hoveredEdge = $state<EdgeKey | null>(null)
  hoveredNode = $state<NodeKey | null>(null)
  #moved = $state.raw<View | null>(null)

  readonly layout = $derived.by((): Layout | null =>
    app.network === null || this.room.width < 40 || this.room.height < 40
      ? null
      : layoutNetwork(app.network, this.room),
  )
  readonly active = $derived(this.layout?.edges.filter((edge) => edge.active) ?? [])
  readonly onCanvas = $derived(this.active.length > CANVAS_FROM)
  readonly fitted = $derived(fit(this.layout ?? { width: 1, height: 1 }, this.room))
  /** The person's own view, until they ask for the whole again. */
  readonly view = $derived(this.#moved ?? this.fitted)
  readonly isFitted = $derived(this.#moved === null)

  fit(): void {
    this.#moved = null
  }

  pan(dx: number, dy: number): void {
    this.#moved = pan(this.view, dx, dy)
  }

  zoom(factor: number, x = this.room.width / 2, y = this.room.height / 2): void {
    this.#moved = zoomAt(this.view, factor, x, y)
  }

  /** Bring a point of the world into sight; a view that shows everything already is left alone. */
  reveal(x: number, y: number): void {
    if (this.#moved !== null) this.#moved = reveal(this.view, x, y, this.room)
  }
}
