/** What the graph, its tool bar and the threshold bar share: room, layout, view, hover. */
import type { RevisionView } from '../../contract'
import { app } from '../../stores/app.svelte'
import { layoutNetwork, type Layout } from '../../model/layout'
import {
  enoughPaths,
  firstPaths,
  keepsPaths,
  MANY_EDGES,
  rankPaths,
  type Paths,
  type Ranking,
} from '../../model/strongest'
import type { NetworkRoom } from '../../model/plot_fit'
import { fit, pan, reveal, zoomAt, type View } from '../../model/viewport'
import { edgeKey, type EdgeKey, type NodeKey } from '../../model/edge_key'

/** Above so many active edges their curves share one canvas. */
export const CANVAS_FROM = 250

export class Graph {
  room = $state.raw<NetworkRoom>({ width: 0, height: 0 })
  hoveredEdge = $state<EdgeKey | null>(null)
  hoveredNode = $state<NodeKey | null>(null)
  #moved = $state.raw<View | null>(null)
  /** What the person wants of pruned edges; null leaves it to the network's size. */
  #ghosts = $state<boolean | null>(null)
  /** All of a large network rather than its strongest paths. */
  whole = $state(false)
  #ranking = $state.raw<Ranking | null>(null)
  /** So many paths more than a graph opens with. */
  #more = $state(0)
  #followed: RevisionView | null = null

  readonly #activeCount = $derived(
    app.network?.edges.filter((edge) => edge.function.kind !== 'zero').length ?? 0,
  )
  readonly isLarge = $derived(this.#activeCount > MANY_EDGES)
  /** The paths that are drawn; null when all edges are. */
  readonly paths = $derived.by((): Paths | null => {
    const ranking = this.#ranking
    if (!this.isLarge || this.whole || ranking === null || ranking.paths.length === 0) return null
    const chosen = firstPaths(ranking, enoughPaths(ranking) + this.#more)
    // Some may have been pruned by hand since.
    const left = app.network?.edges.filter(
      (edge) => edge.function.kind !== 'zero' && chosen.edges.has(edgeKey(edge.id)),
    )
    return { ...chosen, edges: new Set(left?.map(({ id }) => edgeKey(id))) }
  })
  readonly hasMorePaths = $derived((this.paths?.count ?? 0) < (this.#ranking?.paths.length ?? 0))

  readonly layout = $derived.by((): Layout | null =>
    app.network === null || this.room.width < 40 || this.room.height < 40
      ? null
      : layoutNetwork(app.network, this.room, {
          pruned: this.ghosts,
          only: this.paths?.edges ?? null,
        }),
  )
  readonly active = $derived(this.layout?.edges.filter((edge) => edge.active) ?? [])
  readonly onCanvas = $derived(this.active.length > CANVAS_FROM)
  readonly fitted = $derived(fit(this.layout ?? { width: 1, height: 1 }, this.room))
  /** The person's own view, until they ask for the whole again. */
  readonly view = $derived(this.#moved ?? this.fitted)
  readonly isFitted = $derived(this.#moved === null)

  /** Whether pruned edges are drawn. */
  get ghosts(): boolean {
    return this.#ghosts ?? (app.network?.edges.length ?? 0) <= MANY_EDGES
  }

  set ghosts(drawn: boolean) {
    this.#ghosts = drawn
    this.fit()
  }

  /** The head moved: its strongest paths are drawn, unless only single edges were changed by hand. */
  follow(revision: RevisionView | null): void {
    if (revision === this.#followed) return
    const kept = revision !== null && keepsPaths(this.#followed, revision)
    this.#followed = revision
    if (kept) return
    this.#ranking = revision === null ? null : rankPaths(revision.network)
    this.#more = 0
  }

  /** More or fewer paths than now. */
  changePaths(by: number): void {
    if (this.paths === null || this.#ranking === null) return
    const count = Math.min(this.#ranking.paths.length, Math.max(1, this.paths.count + by))
    this.#more += count - this.paths.count
    this.fit()
  }

  showWhole(whole: boolean): void {
    this.whole = whole
    this.fit()
  }

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
