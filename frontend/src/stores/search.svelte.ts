/**
 * The automatic search on this page: how the next one is to be done, the front of the running one or of the one that the
 * head comes from, and the formula of it that a person looks at. The front itself comes from the server.
 */
import type { FormulaView, FrontPoint, SearchFront } from '../contract'
import { sameFormula, searchBehind } from '../model/front'
import { rest } from '../transport/rest_client'
import { app } from './app.svelte'
import { Resource } from './resource.svelte'
import { store, stored } from './storage'

export interface SearchSettings {
  /** Seconds. */
  budget: number
  seed: number
}

/** The same as the server's. */
export const searchDefaults: SearchSettings = { budget: 30, seed: 0 }

const NONE: readonly FrontPoint[] = []

class SearchStore {
  settings = $state<SearchSettings>({ ...searchDefaults, ...stored<Partial<SearchSettings>>('search', {}) })
  /** The front of a search that has ended. */
  readonly kept = new Resource<SearchFront>()
  /** The formula a person looks at, as text: its place changes while the front grows. */
  chosen = $state<string | null>(null)
  /** Formula to be taken when the search that began at this head has been stopped. */
  wanted = $state.raw<{ head: string; sympy: string } | null>(null)

  /** Whether a person is asked what is to become of locked edges. */
  asking = $state(false)

  readonly running = $derived(app.running?.action.kind === 'search')
  /** Revision of the search that what is shown comes from. */
  readonly revision = $derived(app.shown === null ? null : searchBehind(app.shown))
  readonly points = $derived(
    this.running
      ? (app.front?.points ?? NONE)
      : this.kept.value !== null && this.kept.value.revision === this.revision
        ? this.kept.value.points
        : NONE,
  )
  /** The one that would be taken if the search ended now. */
  readonly best = $derived(
    this.running ? (this.points[app.front?.best ?? -1] ?? this.points.at(-1) ?? null) : null,
  )
  readonly looked = $derived(sameFormula(this.points, this.chosen))
  /** Whether there is something to show of a search. */
  readonly present = $derived(this.running || this.revision !== null)

  /** What the formula bar shows instead of the head's formula; null when it shows that. */
  readonly preview = $derived.by((): FormulaView | null => {
    const point = this.looked ?? this.best
    if (point === null) return null
    const { sympy, latex, complexity } = point
    return { sympy, latex, complexity, symbolic: true, outputs: [], maximum_difference: null, note: null }
  })

  change(part: Partial<SearchSettings>): void {
    this.settings = { ...this.settings, ...part }
    store('search', this.settings)
  }

  look(point: FrontPoint | null): void {
    this.chosen = point?.sympy ?? null
  }

  /** See to it that the front of the search behind the head is here. */
  follow(session: string | null, revision: string | null): void {
    if (session === null || revision === null) {
      this.kept.reset()
      return
    }
    void this.kept.load(`${session}/${revision}`, (signal) => rest.front(session, revision, signal))
  }

  /** The formula that was wanted when the search was stopped, once its front is here; asked once. */
  settle(): FrontPoint | null {
    const wanted = this.wanted
    const front = this.kept.value
    if (wanted === null || app.running !== null || app.session === null) return null
    const { head, revision } = app.session
    if (head === wanted.head || revision.action.kind !== 'search') {
      this.wanted = null
      return null
    }
    if (front?.revision !== head) return null
    this.wanted = null
    return sameFormula(front.points, wanted.sympy)
  }
}

export const search = new SearchStore()
