/** A problem of equations while it is written down on the start page, and what the server is told of it. */
import type { CreateEquations } from '../contract'
import { linesOf, type Place } from './equation_text'

/** An input as typed. */
export interface InputRow {
  name: string
  low: string
  high: string
}

export interface EquationForm {
  /** Names, comma separated. */
  unknowns: string
  inputs: readonly InputRow[]
  /** One equation a line. */
  text: string
  points: number
}

/** Which field a mistake belongs to. */
export type Field = 'unknowns' | 'inputs' | 'equations'

/** What is wrong before the server is asked; `row` counts the inputs from 0. */
export interface Flaw {
  field: Field
  text: string
  row?: number
  /** Where in the equations, as far as that is known. */
  place?: Place | null
}

export type Reading = { body: CreateEquations; flaw: null } | { body: null; flaw: Flaw }

export const POINTS = { standard: 1_000, least: 50, most: 20_000 } as const
export const MOST_INPUTS = 10
const LONGEST_NAME = 60

export function namesOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((name) => name !== '')
}

/** The end of a range: a number, or a multiple of π such as `2*pi` or `-pi/2`; null when it is neither. */
export function readBound(text: string): number | null {
  const typed = text.trim().replace(/^\u2212/, '-')
  if (typed === '') return null
  const plain = Number(typed)
  if (Number.isFinite(plain)) return plain
  const parts = /^([+-]?)(?:(\d+(?:\.\d+)?) ?\*? ?)?(?:pi|π)(?: ?\/ ?(\d+(?:\.\d+)?))?$/i.exec(typed)
  if (parts === null) return null
  const value = (Number(parts[2] ?? 1) * Math.PI) / Number(parts[3] ?? 1)
  return Number.isFinite(value) ? (parts[1] === '-' ? -value : value) : null
}

function flawOfInput({ name, low, high }: InputRow, row: number): Flaw | null {
  const flaw = (text: string): Flaw => ({ field: 'inputs', text, row })
  if (name.trim() === '') return flaw('An input needs a name.')
  const [from, to] = [readBound(low), readBound(high)]
  if (from === null || to === null) return flaw(`Say from which number to which ${name.trim()} goes.`)
  return from < to ? null : flaw(`${name.trim()} must go from the lower number to the higher one.`)
}

function flawOf({ unknowns, inputs, text }: EquationForm): Flaw | null {
  const names = namesOf(unknowns)
  if (names.length === 0) return { field: 'unknowns', text: 'Name what is looked for, for example u.' }
  for (const [row, input] of inputs.entries()) {
    const flaw = flawOfInput(input, row)
    if (flaw !== null) return flaw
  }
  const all = [...names, ...inputs.map(({ name }) => name.trim())]
  const twice = all.find((name, at) => all.indexOf(name) !== at)
  if (twice !== undefined) {
    const field = names.indexOf(twice) === names.lastIndexOf(twice) ? 'inputs' : 'unknowns'
    return { field, text: `${twice} is named twice.` }
  }
  if (linesOf(text).length === 0) return { field: 'equations', text: 'Write at least one equation.' }
  return null
}

/** What to send, or the first thing that is wrong. */
export function readForm(form: EquationForm): Reading {
  const flaw = flawOf(form)
  if (flaw !== null) return { body: null, flaw }
  const inputs = form.inputs.map(({ name, low, high }) => ({
    name: name.trim(),
    low: readBound(low) ?? 0,
    high: readBound(high) ?? 0,
  }))
  const { unknowns, text, points } = form
  return { body: { inputs, unknowns: namesOf(unknowns), equations: linesOf(text), points }, flaw: null }
}

/** Which field of the form a problem of the server belongs to, by the path of the first: `inputs[0].low`, `unknowns[1]`. */
export function fieldOf(paths: readonly string[]): Field {
  const [first = ''] = paths
  const [name = ''] = first.split(/[.[]/)
  return name === 'unknowns' || name === 'inputs' ? name : 'equations'
}

/** A name for the session: the first equation, as far as it fits. */
export function nameOf(text: string): string {
  const [first = ''] = linesOf(text)
  return first.length <= LONGEST_NAME ? first : `${first.slice(0, LONGEST_NAME - 1)}…`
}
