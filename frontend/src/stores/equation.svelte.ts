/** Equations that a session is to be fitted to, while they are written in the dialog, and how it is to be done. */
import type { Action, ActionDraft } from '../contract'
import { beganWithEquations, lastFit } from '../model/equation_session'
import { linesOf } from '../model/equation_text'
import { rest } from '../transport/rest_client'
import { app } from './app.svelte'
import { Errand } from './errand.svelte'

type FitEquation = Extract<Action, { kind: 'fit_equation' }>

export interface EquationSettings {
  /** Null is balanced by the server. */
  weight: number | null
  starts: number
  steps: number
  /** Grids to go on with; null leaves them to the server. */
  intervals: readonly number[] | null
  points: number
}

/** The server's defaults, which a test compares with the contract. */
export const equationDefaults: EquationSettings = {
  weight: null,
  starts: 5,
  steps: 40,
  intervals: null,
  points: 1_000,
}

/** A range of an input; null is that of the rows. */
export type Range = readonly [low: number, high: number] | null

class EquationStore {
  text = $state('')
  settings = $state.raw<EquationSettings>(equationDefaults)
  /** Where the equations are asked, one an input. */
  ranges = $state.raw<readonly Range[]>([])
  readonly #errand = new Errand()
  #session: string | null = null
  /** Whether a person has typed: what comes later from the server does not overwrite that. */
  #touched = false

  readonly waiting = $derived(this.#errand.waiting)
  readonly problem = $derived(this.#errand.problem)
  readonly empty = $derived(linesOf(this.text).length === 0)
  readonly changed = $derived(
    JSON.stringify(this.settings) !== JSON.stringify(equationDefaults) ||
      this.ranges.some((range) => range !== null),
  )

  /** The equations of the head, beside measured rows those fitted last; what was written in this session and not sent is kept. */
  begin(): void {
    const { session } = app
    this.#errand.reset()
    if (session === null) return
    if (session.id !== this.#session) {
      this.#touched = false
      this.settings = equationDefaults
      this.ranges = session.inputs.map(() => null)
    }
    this.#session = session.id
    if (this.#touched) return
    this.text = session.revision.equations.join('\n')
    if (!beganWithEquations(session)) void this.#recall(session.id)
  }

  write(text: string): void {
    this.text = text
    this.#touched = true
    this.#errand.forgive()
  }

  change(part: Partial<EquationSettings>): void {
    this.settings = { ...this.settings, ...part }
  }

  setRange(at: number, range: Range): void {
    this.ranges = this.ranges.map((each, index) => (index === at ? range : each))
  }

  reset(): void {
    this.settings = equationDefaults
    this.ranges = this.ranges.map(() => null)
  }

  /** What is asked for. `box` gives the inputs' ranges in the rows, which a changed box begins with. */
  draft(box: readonly (readonly [number, number])[]): ActionDraft {
    const { weight, starts, steps, intervals, points } = this.settings
    const measured = !beganWithEquations(app.session)
    const places = this.ranges.map((range, at) => range ?? box[at] ?? ([0, 1] as const))
    const boxed = measured && this.ranges.some((range) => range !== null)
    return {
      kind: 'fit_equation',
      equations: linesOf(this.text),
      weight,
      starts,
      steps,
      intervals: intervals === null ? null : [...intervals],
      ...(measured ? { points } : {}),
      ...(boxed ? { low: places.map(([low]) => low), high: places.map(([, high]) => high) } : {}),
    }
  }

  send(act: (action: ActionDraft, request: string) => boolean): void {
    this.#errand.send((request) => act(this.draft(rowsBox()), request))
  }

  /** Look whether it goes on: a problem is shown beside the text. True when steps are made or the fit is a revision. */
  settle(): boolean {
    const fitting = app.running?.action.kind === 'fit_equation' && (app.progress?.step ?? 0) > 0
    if (!this.#errand.settle(fitting)) return false
    this.#touched = false
    return true
  }

  async #recall(id: string): Promise<void> {
    const { session } = app
    const fit = session === null ? null : lastFit(session)
    if (session === null || fit === null) return
    const revision =
      fit.id === session.head ? session.revision : await rest.revision(id, fit.id).catch(() => null)
    if (revision === null || this.#touched || this.#session !== id) return
    this.text = (revision.action as FitEquation).equations.join('\n')
  }
}

/** The range of each input in the rows. */
export function rowsBox(): (readonly [number, number])[] {
  const { session } = app
  return (session?.inputs ?? []).map((input) => {
    const column = session?.dataset.columns.find(({ name }) => name === input)
    return [column?.minimum ?? 0, column?.maximum ?? 1] as const
  })
}

export const equation = new EquationStore()
