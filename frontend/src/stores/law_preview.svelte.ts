/** What a law would do with a constant at another value, asked while a hand moves it. Nothing of it reaches the session. */
import type { ConstantView, DraftAnswer, FormulaConstants, ModelDraft } from '../contract'
import { rest } from '../transport/rest_client'
import { isAbort } from '../transport/problem'
import { app } from './app.svelte'
import { Newest } from './newest'

interface Question {
  session: string
  body: Pick<ModelDraft, 'formula'> & Partial<ModelDraft>
  moved: boolean
}

type Ask = (session: string, body: Question['body'], signal: AbortSignal) => Promise<DraftAnswer>

export class LawPreview {
  /** The law on all rows as it is, and as the hand has it. */
  still = $state.raw<DraftAnswer | null>(null)
  moved = $state.raw<DraftAnswer | null>(null)
  /** It cannot be had for this law: its rows are points of equations, or classes. */
  missing = $state(false)
  readonly shown = $derived(this.moved ?? this.still)
  readonly #newest: Newest<Question>

  constructor(private readonly ask: Ask = (session, body, signal) => rest.modelDraft(session, body, signal)) {
    this.#newest = new Newest((question, current) => this.#answer(question, current))
  }

  /** Begin with a constant: the law as it is, against the column that the constant goes with. */
  begin(answer: FormulaConstants, constant: ConstantView): void {
    this.forget()
    this.#send(answer, constant, null)
  }

  /** The constant at another value, the others where they are. */
  move(answer: FormulaConstants, constant: ConstantView, value: number): void {
    this.#send(answer, constant, value)
  }

  /** Back to the law as it is. */
  forget(): void {
    this.#newest.forget()
    this.still = null
    this.moved = null
    this.missing = false
  }

  back(): void {
    this.#newest.forget()
    this.moved = null
  }

  #send(answer: FormulaConstants, constant: ConstantView, value: number | null): void {
    const { session } = app
    const formula = answer.formulas[constant.target]
    if (session === null || formula === undefined) return
    const x = constant.columns[0] ?? null
    const constants = answer.constants
      .filter(({ state }) => state !== 'exact')
      .map((each) => ({
        name: each.name,
        value: value !== null && each.name === constant.name ? value : each.value,
      }))
    const body = { formula, target: constant.target, constants, points: 50, x }
    this.#newest.ask({ session: session.id, body: body as Question['body'], moved: value !== null })
  }

  async #answer({ session, body, moved }: Question, current: () => boolean): Promise<void> {
    try {
      const answer = await this.ask(session, body, new AbortController().signal)
      if (!current()) return
      this.missing = answer.problem !== null
      if (answer.problem !== null) return
      if (moved) this.moved = answer
      else this.still = answer
    } catch (error) {
      if (current() && !isAbort(error)) this.missing = true
    }
  }
}

export const lawPreview = new LawPreview()
