/**
 * The formula of one target while it is worked on: its text, what is set of its constants, and what the server says of it. The
 * page computes nothing of it itself.
 *
 * Constants that nobody has set are looked for; a hand on one of them keeps the others where they are shown, and a fit sets all.
 */
import type { DraftAnswer, ModelDraft, Problem } from '../contract'
import type { AxisKind, Span } from '../model/draft/axis'
import { knownOf, withSameRows } from '../model/draft/kept'
import {
  changed,
  completed,
  partsOf,
  pinned,
  question,
  UNSET,
  type DraftQuestion,
  type Setting,
  type Settings,
} from '../model/draft/settings'
import { namesIn, withCategories } from '../model/draft/words'
import { asProblem, isAbort } from '../transport/problem'
import { Newest } from './newest'

/** A formula is read once the typing rests. */
const REST_MS = 200
/** Profiles are asked for by a person who waits for them. */
const PROFILE_SECONDS = 20
const MOST_PROFILES = 20
const NOTHING = '0'

/** What a question is for: to see what is shown, to fit it, or to learn more of a fit. */
type Purpose = 'look' | 'fit' | 'more'

interface Asked {
  purpose: Purpose
  rest: Partial<ModelDraft>
}

/** What the formula's surroundings tell: the server, and the session's columns. */
export interface Surroundings {
  ask: (body: DraftQuestion, signal: AbortSignal) => Promise<DraftAnswer>
  /** Columns that a curve may be drawn against, the inputs first. */
  columns: () => readonly string[]
  /** Where an axis of a column begins and ends on the screen. */
  spanOf: (column: string, kind: AxisKind) => Span | null
}

/** Why the result is not that of what is shown: a hand has moved a constant, or something else was set. */
export type Stale = 'moved' | 'set' | null

export class DraftFormula {
  text = $state('')
  settings = $state.raw<Settings>({})
  /** The column that a person chose to draw against. */
  #x = $state<string | null>(null)
  axes = $state.raw<{ x: AxisKind; y: AxisKind }>({ x: 'linear', y: 'linear' })
  /** Values of the other columns along the curve. */
  at = $state.raw<Readonly<Record<string, number>>>({})
  sigma = $state<string | null>(null)
  sigmaIs = $state<'absolute' | 'relative'>('absolute')

  /** The rows alone, while no formula is written. */
  bare = $state.raw<DraftAnswer | null>(null)
  /** The formula at the values that are shown; while the text cannot be read, the last one that could. */
  answer = $state.raw<DraftAnswer | null>(null)
  /** Its last fit. */
  fitted = $state.raw<DraftAnswer | null>(null)
  /** Where that fit began, or will begin. */
  start = $state.raw<DraftAnswer | null>(null)
  /** How the loss fell on the way. */
  path = $state.raw<readonly number[]>([])
  stale = $state<Stale>(null)
  /** Which long question is on its way. */
  busy = $state<Exclude<Purpose, 'look'> | null>(null)
  /** Why there is no answer at all. */
  problem = $state.raw<Problem | null>(null)

  /** The text that was read last, and what is wrong with it. */
  #about = $state('')
  #fault = $state.raw<{ text: string; position: number | null } | null>(null)
  /** How often something was set that a fit must know of. */
  #edits = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #abort: AbortController | null = null
  #running: Purpose | null = null
  #waiting: Purpose | null = null
  readonly #newest: Newest<Asked>

  readonly empty = $derived(this.text.trim() === '')
  /** Whether the answer is about the text as it stands. */
  readonly #current = $derived(!this.empty && this.#about === this.text.trim())
  /** What is wrong with the text as it stands. */
  readonly wrong = $derived(this.#current ? this.#fault : null)
  /** Whether the text as it stands was read and can be. */
  readonly read = $derived(this.#current && this.answer !== null && this.#fault === null)
  /** Whether a fit, or a hand, has decided on what is shown. */
  readonly decided = $derived(
    this.fitted !== null || Object.values(this.settings).some(({ value }) => value !== null),
  )
  readonly x = $derived.by(() => {
    const names = namesIn(this.text)
    const named = this.surroundings.columns().filter((column) => names.has(column))
    return named.find((column) => column === this.#x) ?? this.answer?.x ?? named[0] ?? this.bare?.x ?? null
  })
  readonly atStart = $derived.by(() => {
    const begun = new Map((this.start?.constants ?? []).map(({ key, value }) => [key, value]))
    return (this.answer?.constants ?? []).every(({ key, value }) => begun.get(key) === value)
  })

  constructor(
    readonly target: number,
    private readonly surroundings: Surroundings,
    /** The column of σ that the session weighs its rows by. */
    private readonly given: string | null = null,
  ) {
    this.sigma = given
    this.#newest = new Newest((asked, current) => this.#answer(asked, current))
  }

  /** The text has changed under the person's hands. */
  write(text: string): void {
    const before = this.text.trim()
    this.text = text
    if (text.trim() === before) return
    this.#edits += 1
    this.#forgetFit()
    clearTimeout(this.#timer)
    if (this.empty) {
      this.#newest.forget()
      this.answer = null
      this.look()
      return
    }
    this.#timer = setTimeout(() => {
      this.look()
    }, REST_MS)
  }

  /** Another formula altogether. */
  begin(text: string): void {
    this.settings = {}
    this.at = {}
    this.answer = null
    this.write(text)
    clearTimeout(this.#timer)
    this.look()
  }

  /** A constant under a hand: the others stay where they are shown. */
  move(key: string, value: number): void {
    this.settings = completed(this.settings, this.answer?.constants ?? [])
    this.#set(key, { value }, 'moved')
  }

  /** Bounds, or whether it is fixed, at the value that is shown; one that lies outside of its bounds goes to the nearer one. */
  set(key: string, part: Partial<Setting>): void {
    const shown = this.answer?.constants ?? []
    if (part.fixed === true) this.settings = completed(this.settings, shown)
    const next = { ...UNSET, ...this.settings[key], ...part }
    const value = next.value ?? shown.find((each) => each.key === key)?.value ?? null
    const within =
      value === null ? null : Math.max(next.low ?? -Infinity, Math.min(next.high ?? Infinity, value))
    this.#set(key, within === value ? part : { ...part, value: within }, 'set')
  }

  /** One value of a constant per category of a column, or one value: the text says which. A fit that held is made anew. */
  setCategories(name: string, column: string | null): void {
    const again = this.fitted !== null && this.stale === null
    const shown = this.answer?.constants.find((each) => each.name === name)?.value ?? null
    const others = Object.entries(this.settings).filter(([key]) => partsOf(key).name !== name)
    this.settings = changed(Object.fromEntries(others), name, { value: shown })
    this.write(withCategories(this.text, name, column))
    clearTimeout(this.#timer)
    if (again) this.fit()
    else this.look()
  }

  drawAgainst(column: string): void {
    this.#x = column
    this.look()
  }

  setAxis(which: 'x' | 'y', kind: AxisKind): void {
    this.axes = { ...this.axes, [which]: kind }
    if (which === 'x') this.look()
  }

  /** The value of a column that the curve is not drawn along. */
  hold(column: string, value: number): void {
    this.at = { ...this.at, [column]: value }
    this.look()
  }

  setSigma(column: string | null, is: 'absolute' | 'relative' = 'absolute'): void {
    const again = this.fitted !== null && this.stale === null
    this.sigma = column
    this.sigmaIs = is
    this.#edits += 1
    if (again) this.fit()
    else this.look()
  }

  /** To the least squares of all rows, from what is shown; from anywhere as well when asked for, or when nobody has decided on what is shown. */
  fit(anywhere = false): void {
    if (this.empty) return
    clearTimeout(this.#timer)
    const constants = this.read ? (this.answer?.constants ?? []) : []
    const open = constants.some(({ key }) => (this.settings[key]?.value ?? null) === null)
    if (this.read && (this.fitted === null || this.stale !== null)) this.start = this.answer
    this.settings = completed(this.settings, constants)
    this.#ask({ purpose: 'fit', rest: { fit: true, find_starts: anywhere || open } })
  }

  backToStart(): void {
    if (this.start === null) return
    this.settings = pinned(this.settings, this.start.constants)
    this.#edits += 1
    if (this.fitted !== null) this.stale = 'moved'
    this.look()
  }

  /** The profile likelihoods of what is free. */
  profile(): void {
    if (this.fitted === null || this.stale !== null) return
    const profiles = (this.fitted.result?.free ?? []).slice(0, MOST_PROFILES)
    this.#ask({ purpose: 'more', rest: { fit: true, profiles, seconds: PROFILE_SECONDS } })
  }

  /** The curve of what is shown. A fit that holds is asked for again, since bands are a fit's. */
  look(): void {
    // A hand on a slider does not wait for a fit; what is only looked at otherwise does.
    if (this.stale !== null && this.#running !== null && this.#running !== 'look') this.#abort?.abort()
    if (this.#waiting === 'fit' && this.stale === null) return
    this.#ask({ purpose: 'look', rest: this.fitted !== null && this.stale === null ? { fit: true } : {} })
  }

  /** Nobody looks any more. */
  leave(): void {
    clearTimeout(this.#timer)
    this.#newest.forget()
    this.#abort?.abort()
    this.#waiting = null
    this.busy = null
  }

  #set(key: string, part: Partial<Setting>, why: Exclude<Stale, null>): void {
    this.settings = changed(this.settings, key, part)
    this.#edits += 1
    if (this.fitted !== null && this.stale !== 'moved') this.stale = why
    this.look()
  }

  #ask(asked: Asked): void {
    this.#waiting = asked.purpose
    this.#tellBusy()
    this.#newest.ask(asked)
  }

  #tellBusy(): void {
    const long = (purpose: Purpose | null) => (purpose === 'look' ? null : purpose)
    this.busy = long(this.#waiting) ?? long(this.#running)
  }

  #body(rest: Partial<ModelDraft>): DraftQuestion {
    const { x, at } = this
    // Held against nothing, the rows stand there alone.
    if (this.empty) {
      const column = this.surroundings.columns()[0] ?? null
      const span = column === null ? null : this.surroundings.spanOf(column, this.axes.x)
      return question(this.target, NOTHING, {}, { x: column, span, at: {} }, rest)
    }
    const named = x !== null && namesIn(this.text).has(x) ? x : null
    const span = named === null ? null : this.surroundings.spanOf(named, this.axes.x)
    return question(
      this.target,
      this.text,
      this.settings,
      { x: named, span, at },
      {
        x_scale: this.axes.x,
        ...this.#weighed(),
        ...rest,
      },
    )
  }

  /** What rows weigh; the session says it where nothing is said. */
  #weighed(): Partial<ModelDraft> {
    if (this.sigma !== null) return { sigma: this.sigma, sigma_is: this.sigmaIs }
    return this.given === null ? {} : { equal_rows: true }
  }

  /** Asked as things stand when it is sent, which may be later than when it was asked for. */
  async #answer({ purpose, rest }: Asked, current: () => boolean): Promise<void> {
    const abort = new AbortController()
    const edits = this.#edits
    const body = this.#body(rest)
    this.#abort = abort
    this.#running = purpose
    this.#waiting = null
    try {
      const answer = await this.surroundings.ask(body, abort.signal)
      if (!current()) return
      this.problem = null
      // What was set meanwhile is not undone by a fit that did not know of it.
      if (this.empty && body.formula === NOTHING) this.bare = answer
      else if (body.formula === this.text.trim() && (body.fit !== true || edits === this.#edits))
        this.#take(purpose, body, answer)
    } catch (error) {
      if (current() && !isAbort(error)) this.problem = asProblem(error)
    } finally {
      this.#running = null
      this.#tellBusy()
    }
  }

  #take(purpose: Purpose, body: DraftQuestion, answer: DraftAnswer): void {
    this.#about = body.formula
    this.#fault = answer.problem === null ? null : { text: answer.problem, position: answer.position }
    if (this.#fault !== null) return
    this.answer = withSameRows(answer, this.answer)
    if (answer.result === null) {
      this.start ??= answer
      return
    }
    this.fitted = purpose === 'fit' ? answer : { ...answer, ...knownOf(answer, this.fitted) }
    this.stale = null
    this.settings = pinned(this.settings, answer.constants)
    if (purpose !== 'fit') return
    this.start ??= answer
    this.path = answer.path
    if (answer.categories.length > 0) this.#ask({ purpose: 'more', rest: { fit: true, prices: true } })
  }

  #forgetFit(): void {
    this.fitted = null
    this.start = null
    this.path = []
    this.stale = null
    this.problem = null
  }
}
