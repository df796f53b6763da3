/** A model of a person's own while it is worked on: one formula a target, in the workbench's place. Nothing of it is in the session. */
import type { ActionDraft, ColumnView, ConstantSetting } from '../contract'
import { roomy, type AxisKind, type Span } from '../model/draft/axis'
import { completed, disagreement, distinct, said } from '../model/draft/settings'
import { namesIn } from '../model/draft/words'
import { rest } from '../transport/rest_client'
import { app } from './app.svelte'
import { DraftFormula, type Surroundings } from './draft_formula.svelte'
import { Errand } from './errand.svelte'

function columnNamed(name: string): ColumnView | undefined {
  return app.session?.dataset.columns.find((column) => column.name === name)
}

/** Where an axis of a column begins and ends: its rows with some room. */
export function spanOfColumn(name: string, kind: AxisKind): Span | null {
  const { minimum = null, maximum = null } = columnNamed(name) ?? {}
  if (minimum === null || maximum === null) return null
  return roomy(kind !== 'linear' && minimum <= 0 ? 'linear' : kind, { low: minimum, high: maximum })
}

/** Columns of numbers, the inputs first: a column of words tells rows apart, and no curve is drawn along it. */
function columns(): readonly string[] {
  const { session } = app
  if (session === null) return []
  const others = session.dataset.columns.filter(
    ({ name, minimum }) =>
      minimum !== null && !session.inputs.includes(name) && !session.targets.includes(name),
  )
  const numbers = session.inputs.filter((name) => columnNamed(name)?.minimum !== null)
  return [...numbers, ...others.map(({ name }) => name)]
}

const here: Surroundings = {
  ask: (body, signal) => rest.modelDraft(app.session?.id ?? '', body, signal),
  columns,
  spanOf: spanOfColumn,
}

export class DraftStore {
  open = $state(false)
  formulas = $state.raw<readonly DraftFormula[]>([])
  /** Place of the target whose formula is on the screen. */
  shown = $state(0)
  readonly #errand = new Errand()
  #about = ''

  readonly formula = $derived(this.formulas[this.shown] ?? null)
  readonly complete = $derived(this.formulas.length > 0 && this.formulas.every(({ empty }) => !empty))
  readonly wrong = $derived(this.formulas.some(({ wrong }) => wrong !== null))
  readonly waiting = $derived(this.#errand.waiting)
  /** Why it could not be made the law. */
  readonly problem = $derived(this.#errand.problem)
  /** A constant that two targets have under one name with two values. */
  readonly disagreement = $derived(disagreement(this.#settings()))
  /** A column that is no input of the session and yet stands in a formula. */
  readonly foreign = $derived.by(() => {
    const { session } = app
    const names = new Set(
      this.formulas.flatMap(({ answer }) => (answer?.takes === false ? answer.columns : [])),
    )
    return [...names].find((name) => session?.inputs.includes(name) !== true) ?? null
  })

  constructor(private readonly surroundings: Surroundings = here) {}

  /** Open it, with what was written in this session for these targets before. */
  begin(): void {
    const { session } = app
    if (session === null) return
    const about = [session.id, ...session.targets].join('\n')
    if (about !== this.#about) {
      for (const formula of this.formulas) formula.leave()
      // What the session says of its rows holds here, too, until a person says otherwise.
      const sigma = session.rows?.sigma ?? null
      this.formulas = session.targets.map((_, target) => new DraftFormula(target, this.surroundings, sigma))
      this.shown = 0
    }
    this.#about = about
    this.#errand.reset()
    this.open = true
    this.formula?.look()
  }

  show(target: number): void {
    this.shown = target
    this.formula?.look()
  }

  /** Leave it; what is written stays for another time. */
  leave(): void {
    for (const formula of this.formulas) formula.leave()
    this.#errand.reset()
    this.open = false
  }

  /** What was refused may be mended by what is written now. */
  forgive(): void {
    this.#errand.forgive()
  }

  /** What is asked for: what a hand or a fit has decided stays as it is shown, anything else is fitted. */
  draft(): ActionDraft {
    const decided = this.formulas.some((formula) => formula.decided)
    return {
      kind: 'from_formula',
      formulas: this.formulas.map(({ text }) => text.trim()),
      constants: distinct(this.#settings()),
      ...(decided ? { fit: false } : {}),
    }
  }

  send(act: (action: ActionDraft, request: string) => boolean): void {
    this.#errand.send((request) => act(this.draft(), request))
  }

  /** Look whether the answer is here: a problem stays beside the formula. True when it is the law. */
  settle(): boolean {
    return this.#errand.settle()
  }

  #settings(): ConstantSetting[] {
    return this.formulas.flatMap((formula) => {
      const { answer, settings, text, decided } = formula
      return said(decided ? completed(settings, answer?.constants ?? []) : settings, text)
    })
  }
}

export const draft = new DraftStore()

/** The inputs that a formula names. */
export function inputsIn(text: string): readonly string[] {
  const names = namesIn(text)
  return columns().filter((name) => names.has(name))
}
