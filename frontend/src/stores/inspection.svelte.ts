/**
 * What is asked about the selected edge of the shown revision: its large plot, its suggestions, the curve of a candidate.
 * Asking changes nothing on the server.
 */
import type { EdgeDetail, EdgeId, Problem, PruneProposal, Suggestion, Suggestions } from '../contract'
import { edgeKey, sameEdge } from '../model/edge_key'
import { asProblem, isAbort } from '../transport/problem'
import { rest, type Box, type Constants, type Place } from '../transport/rest_client'
import { app } from './app.svelte'
import { Resource } from './resource.svelte'
import { ui } from './ui.svelte'

class InspectionStore {
  readonly detail = new Resource<EdgeDetail>()
  readonly suggestions = new Resource<Suggestions>()
  readonly pruneProposal = new Resource<PruneProposal>()
  /** The suggestions for the selected edge of the shown revision; an older answer, still in sight of `suggestions`, is none. */
  readonly offered = $derived.by((): Suggestions | null => {
    const { value } = this.suggestions
    const current = value?.revision === app.revision?.id && sameEdge(value?.edge ?? null, ui.selectedEdge)
    return current ? value : null
  })
  /** Why a typed function could not be previewed; null when it could. */
  previewProblem = $state.raw<Problem | null>(null)

  #place: Place | null = null
  #edge: EdgeId | null = null
  #preview: AbortController | null = null
  #pruneTimer: ReturnType<typeof setTimeout> | undefined

  /** Follow the selection and the shown revision: called whenever one of them changes. Nothing is suggested for a locked edge. */
  follow(
    session: string | null,
    revision: string | null,
    edge: EdgeId | null,
    box: Box | null = null,
    locked = false,
  ): void {
    const at = session === null || revision === null ? null : { session, revision }
    this.#place = at
    if (at === null || edge === null) {
      this.#edge = null
      this.detail.reset()
      this.suggestions.reset()
      return
    }
    const same = sameEdge(this.#edge, edge)
    this.#edge = edge
    const key = `${at.session}/${at.revision}/${edgeKey(edge)}`
    void this.detail.load(key, (signal) => rest.edgeDetail(at, edge, signal), same)
    if (locked) {
      this.suggestions.reset()
      return
    }
    const within = `${key}/${JSON.stringify(box)}`
    void this.suggestions.load(within, (signal) => rest.suggestions(at, edge, box, signal), same)
  }

  /** Draw a suggestion over the selected edge. */
  previewSuggestion({ primitive, a, b, c, d }: Suggestion): void {
    this.#showPreview(primitive, { a, b, c, d })
  }

  /** Draw a function of the library with fitted constants over the selected edge. */
  previewFunction(primitive: string): void {
    this.#showPreview(primitive, {})
  }

  clearPreview(): void {
    this.#preview?.abort()
    this.#preview = null
    this.previewProblem = null
    ui.preview = null
  }

  #showPreview(primitive: string, constants: Constants): void {
    const at = this.#place
    const edge = this.#edge
    if (at === null || edge === null) return
    this.#preview?.abort()
    const abort = new AbortController()
    this.#preview = abort
    this.previewProblem = null
    if (constants.a !== undefined) {
      ui.preview = { edge, primitive, a: 1, b: 0, c: 1, d: 0, ...constants, y: null }
    }
    rest
      .candidate(at, edge, primitive, constants, abort.signal)
      .then((curve) => {
        if (this.#preview === abort) ui.preview = { edge, ...curve }
      })
      .catch((error: unknown) => {
        if (this.#preview !== abort || isAbort(error)) return
        ui.preview = null
        this.previewProblem = asProblem(error)
      })
  }

  /** What pruning below a threshold would do; asked once the slider rests. */
  proposePrune(at: Place, threshold: number | null): void {
    clearTimeout(this.#pruneTimer)
    if (threshold === null) {
      this.pruneProposal.reset()
      return
    }
    this.#pruneTimer = setTimeout(() => {
      void this.pruneProposal.load(
        `${at.session}/${at.revision}/${threshold}`,
        (signal) => rest.pruneProposal(at, threshold, signal),
        true,
      )
    }, 120)
  }
}

export const inspection = new InspectionStore()
