/** The constants of the shown formula, asked for when a person looks at them, and the panel that lists them. */
import type { ConstantChange, FormulaConstants } from '../contract'
import { rest } from '../transport/rest_client'
import { Resource } from './resource.svelte'

class ConstantsStore {
  readonly answer = new Resource<FormulaConstants>()
  open = $state(false)
  /** The constant that was clicked in the formula. */
  chosen = $state<string | null>(null)

  /** Fetch those of a revision unless they are here. */
  load(session: string, revision: string): Promise<void> {
    return this.answer.load(
      `${session}/${revision}`,
      (signal) => rest.constants({ session, revision }, signal),
      true,
    )
  }

  /** Open the panel, at one constant when it is given. */
  show(constant: string | null = null): void {
    this.chosen = constant
    this.open = true
  }

  close(): void {
    this.open = false
    this.chosen = null
  }
}

/** The simplest exact number of every constant that has one inside its error bar. */
export function allExact(answer: FormulaConstants | null): ConstantChange[] {
  return (answer?.constants ?? []).flatMap(({ name, proposals }) =>
    proposals[0] === undefined ? [] : [{ name, exact: proposals[0].value }],
  )
}

export const constants = new ConstantsStore()
