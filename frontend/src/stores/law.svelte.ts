/** A known law while it is being written down: one formula a target, and what the server said of each and of all. */
import type { ActionDraft, FormulaReading } from '../contract'
import { rest } from '../transport/rest_client'
import { app } from './app.svelte'
import { Errand } from './errand.svelte'
import { Resource } from './resource.svelte'

/** A formula is read once the typing rests. */
const REST_MS = 250

type Read = (session: string, target: number, text: string, signal: AbortSignal) => Promise<FormulaReading>

/** The formula of one target. */
export class Line {
  text = $state('')
  /** What the server made of the text; an older answer stays in sight until the next is here. */
  readonly reading = new Resource<FormulaReading>()
  /** The text that `reading` is about. */
  #about = $state('')
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly target: number,
    private readonly read: Read,
  ) {}

  /** The server has read the text as it stands, and cannot. */
  get wrong(): boolean {
    const { loading, value } = this.reading
    return !loading && this.#about === this.text.trim() && (value?.problem ?? null) !== null
  }

  write(text: string, session: string | null): void {
    this.text = text
    clearTimeout(this.#timer)
    const formula = text.trim()
    if (formula === '' || session === null) {
      this.reading.reset()
      return
    }
    this.#timer = setTimeout(() => {
      this.#about = formula
      const fetch = (signal: AbortSignal) => this.read(session, this.target, formula, signal)
      void this.reading.load(`${session}/${this.target}/${formula}`, fetch, true)
    }, REST_MS)
  }
}

export class LawStore {
  lines = $state.raw<readonly Line[]>([])
  readonly #errand = new Errand()
  #targets = ''

  readonly complete = $derived(this.lines.length > 0 && this.lines.every(({ text }) => text.trim() !== ''))
  readonly wrong = $derived(this.lines.some((line) => line.wrong))
  readonly waiting = $derived(this.#errand.waiting)
  /** Why the network could not be made. */
  readonly problem = $derived(this.#errand.problem)

  constructor(private readonly read: Read = rest.readFormula) {}

  /** One empty field a target; what was written for the same targets is kept. */
  begin(session: string | null, targets: readonly string[]): void {
    const key = [session, ...targets].join('\n')
    if (key !== this.#targets) this.lines = targets.map((_, target) => new Line(target, this.read))
    this.#targets = key
    this.#errand.reset()
  }

  write(line: Line, text: string): void {
    line.write(text, app.session?.id ?? null)
    this.#errand.forgive()
  }

  /** Ask for the network; `act` sends it. */
  send(act: (action: ActionDraft, request: string) => boolean): void {
    const formulas = this.lines.map(({ text }) => text.trim())
    this.#errand.send((request) => act({ kind: 'from_formula', formulas }, request))
  }

  /** Look whether the answer is here: a problem is shown beside the fields, not over the network. True when the law is a revision. */
  settle(): boolean {
    return this.#errand.settle()
  }
}

export const law = new LawStore()
