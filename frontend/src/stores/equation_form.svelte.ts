/** The equations of the start page on their way to a session; what was typed stays while one looks elsewhere. */
import type { DatasetView, Problem } from '../contract'
import { exampleOf, type EquationExample } from '../model/equation_examples'
import {
  fieldOf,
  MOST_INPUTS,
  nameOf,
  POINTS,
  readForm,
  type EquationForm,
  type Flaw,
  type InputRow,
} from '../model/equation_form'
import { faultOf } from '../model/equation_text'
import { suggestedRoles, withRole } from '../model/roles'
import { asProblem } from '../transport/problem'
import { rest } from '../transport/rest_client'

const EMPTY: EquationForm = {
  unknowns: 'u',
  inputs: [{ name: 'x', low: '0', high: '1' }],
  text: '',
  points: POINTS.standard,
}

/** A session that was started, and why it does not solve its equations yet, if it does not. */
export interface Begun {
  session: string
  problem: Problem | null
}

class EquationFormStore {
  /** Whether the form is unfolded. */
  open = $state(false)
  form = $state.raw<EquationForm>(EMPTY)
  /** What is wrong with it, beside the field it belongs to. */
  flaw = $state.raw<Flaw | null>(null)
  busy = $state(false)

  readonly example = $derived(exampleOf(this.form))

  /** Unfold the form, with an example in it or as it was left. */
  show(example: EquationExample | null = null): void {
    if (example !== null) {
      const { unknowns, inputs, text, points } = example
      this.change({ unknowns, inputs, text, points })
    }
    this.open = true
  }

  change(part: Partial<EquationForm>): void {
    this.form = { ...this.form, ...part }
    this.flaw = null
  }

  changeInput(at: number, part: Partial<InputRow>): void {
    this.change({ inputs: this.form.inputs.map((row, index) => (index === at ? { ...row, ...part } : row)) })
  }

  addInput(): void {
    const { inputs } = this.form
    if (inputs.length >= MOST_INPUTS) return
    const free = ['x', 't', 'y', 'z'].find((name) => !inputs.some((row) => row.name === name)) ?? ''
    this.change({ inputs: [...inputs, { name: free, low: '0', high: '1' }] })
  }

  removeInput(at: number): void {
    if (this.form.inputs.length > 1) {
      this.change({ inputs: this.form.inputs.filter((_, index) => index !== at) })
    }
  }

  /** Start a session on the equations and ask it to solve them; null when they cannot be read, which `flaw` then tells. */
  async begin(): Promise<Begun | null> {
    const { body, flaw } = readForm(this.form)
    this.flaw = flaw
    if (body === null) return null
    this.busy = true
    try {
      const session = await this.#create(await rest.equations(body))
      return { session, problem: await this.#solve(session) }
    } catch (error) {
      const problem = asProblem(error)
      const { fields, paths } = problem
      const fault = faultOf(problem, this.form.text)
      const text = fields.length > 0 ? fields.join(' ') : fault.text
      this.flaw = { field: fieldOf(paths), text, place: fault.place }
      return null
    } finally {
      this.busy = false
    }
  }

  async #create(dataset: DatasetView): Promise<string> {
    const roles = suggestedRoles(dataset)
    const { id } = await rest.createSession({
      dataset: dataset.id,
      inputs: withRole(dataset, roles, 'input'),
      targets: withRole(dataset, roles, 'target'),
      name: this.example?.title ?? nameOf(this.form.text),
    })
    return id
  }

  /** The session is there whether or not solving can begin. */
  async #solve(session: string): Promise<Problem | null> {
    try {
      await rest.act(session, { kind: 'fit_equation' })
      return null
    } catch (error) {
      return asProblem(error)
    }
  }
}

export const equationForm = new EquationFormStore()
