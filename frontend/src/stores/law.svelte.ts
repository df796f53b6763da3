/** A known law while it is being written down: one formula a target, and what the server said of each and of all. */
import type { ActionDraft, FormulaReading, Problem } from '../contract'
import { rest } from '../transport/rest_client'
import { app } from './app.svelte'
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

/** A request whose answer has not been seen. */
interface Asked {
  request: string
  head: string
}

export class LawStore {
  lines = $state.raw<readonly Line[]>([])
  /** Why the network could not be made. */
  problem = $state.raw<Problem | null>(null)
  #asked = $state.raw<Asked | null>(null)
  #targets = ''

  readonly complete = $derived(this.lines.length > 0 && this.lines.every(({ text }) => text.trim() !== ''))
  readonly wrong = $derived(this.lines.some((line) => line.wrong))
  readonly waiting = $derived(this.#asked !== null)

  constructor(private readonly read: Read = rest.readFormula) {}

  /** One empty field a target; what was written for the same targets is kept. */
  begin(session: string | null, targets: readonly string[]): void {
    const key = [session, ...targets].join('\n')
    if (key !== this.#targets) this.lines = targets.map((_, target) => new Line(target, this.read))
    this.#targets = key
    this.problem = null
    this.#asked = null
  }

  write(line: Line, text: string): void {
    line.write(text, app.session?.id ?? null)
    this.problem = null
  }

  /** Ask for the network; `act` sends it. */
  send(act: (action: ActionDraft, request: string) => boolean): void {
    const request = crypto.randomUUID()
    this.problem = null
    const formulas = this.lines.map(({ text }) => text.trim())
    if (act({ kind: 'from_formula', formulas }, request)) {
      this.#asked = { request, head: app.session?.head ?? '' }
    }
  }

  /** Look whether the answer is here: a problem is shown beside the fields, not over the network. True when the law is a revision. */
  settle(): boolean {
    const asked = this.#asked
    if (asked === null) return false
    const entry = app.problems.find(({ key }) => key === `problem-${asked.request}`)
    if (entry !== undefined) {
      this.problem = entry.problem
      this.#asked = null
      app.dismissProblem(entry.key)
      return false
    }
    if (app.session === null || app.session.head === asked.head) return false
    this.#asked = null
    return true
  }
}

export const law = new LawStore()
