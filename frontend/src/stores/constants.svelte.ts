/** The constants and terms of the shown formula, and which of them a person is working on. */
import type { ConstantView, EdgeId, FormulaConstants, TermView } from '../contract'
import { rest } from '../transport/rest_client'
import { app } from './app.svelte'
import { Resource } from './resource.svelte'
import { store, stored } from './storage'
import { ui, type Selection } from './ui.svelte'

/** What a click in the formula chose. */
export type Chosen = { kind: 'constant' | 'term'; name: string }

const KEPT = 'kept-offsets'
/** Tables whose offsets a person wants to keep; the oldest are forgotten. */
const MOST_KEPT = 100

class ConstantsStore {
  readonly answer = new Resource<FormulaConstants>()
  chosen = $state.raw<Chosen | null>(null)
  /** Whether the bar shows constants by their names. */
  names = $state(false)
  #kept = $state.raw<readonly string[]>(stored<string[]>(KEPT, []))
  #before: Selection = null
  /** Whether it was opened, and not only about to be. */
  readonly open = $derived(this.chosen !== null)
  /** The answer if it is about the revision that is shown. */
  readonly current = $derived.by(() => {
    const { value } = this.answer
    return value?.revision === app.revision?.id ? value : null
  })
  readonly constant = $derived.by((): ConstantView | null => {
    const { chosen } = this
    if (chosen?.kind !== 'constant') return null
    return this.answer.value?.constants.find(({ name }) => name === chosen.name) ?? null
  })
  readonly term = $derived.by((): TermView | null => {
    const { chosen } = this
    if (chosen?.kind !== 'term') return null
    return this.answer.value?.terms.find(({ name }) => name === chosen.name) ?? null
  })
  /** The offsets that are offered for dropping; none where a person keeps those of these rows. */
  readonly offsets = $derived.by(() => {
    const rows = app.session?.dataset.id
    return rows === undefined || this.#kept.includes(rows) ? null : (this.current?.offsets ?? null)
  })

  /** Fetch those of a revision unless they are here. */
  load(session: string, revision: string): Promise<void> {
    return this.answer.load(
      `${session}/${revision}`,
      (signal) => rest.constants({ session, revision }, signal),
      true,
    )
  }

  /** Look at a constant, the first when none is named: its edge lights up with it. */
  show(name: string | null = null): void {
    const known = this.answer.value?.constants ?? []
    this.#choose({ kind: 'constant', name: name ?? known[0]?.name ?? '' })
  }

  showTerm(name: string): void {
    this.#choose({ kind: 'term', name })
  }

  /** Another name for the chosen constant, which the next answer knows it by. */
  follow(name: string): void {
    if (this.chosen?.kind === 'constant') this.chosen = { kind: 'constant', name }
  }

  /** Leave; what was selected before is selected again. */
  close(): void {
    if (this.chosen === null) return
    this.chosen = null
    ui.selection = this.#before
    this.#before = null
  }

  /** Ask no more about the offsets of these rows. */
  keep(): void {
    const rows = app.session?.dataset.id
    if (rows === undefined) return
    this.#kept = [...this.#kept.filter((each) => each !== rows), rows].slice(-MOST_KEPT)
    store(KEPT, this.#kept)
  }

  #choose(chosen: Chosen): void {
    if (this.chosen === null) this.#before = ui.selection
    this.chosen = chosen
    this.light()
  }

  /** Select the edge that says what is chosen. */
  light(): void {
    const edges: readonly EdgeId[] = this.constant?.edges ?? this.term?.edges ?? []
    if (edges[0] !== undefined) ui.selectEdge(edges[0])
  }
}

export const constants = new ConstantsStore()
