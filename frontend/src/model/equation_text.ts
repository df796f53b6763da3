/** Equations as a person writes them, one a line, and where a problem says that a mistake is. */

import type { Problem } from '../contract'

/** The equations to send: lines without those that are blank. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** A line and a position in it, both from 1. */
export interface Place {
  line: number
  position: number
}

/** What is said beside the equations, and where in the text the mistake is; null where no place is to blame. */
export interface Fault {
  text: string
  place: Place | null
}

type Said = Pick<Problem, 'detail' | 'hint' | 'line' | 'position'>

/** The line a problem means, counted as the person sees them: blank ones are not sent. */
function lineOf(sent: number, text: string): number {
  const numbers = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [at + 1]))
  return numbers[sent - 1] ?? sent
}

/** A problem with equations that were sent; the hint of how to mend them helps only where no place is named. */
export function faultOf({ detail, hint, line, position }: Said, text: string): Fault {
  if (line === null) return { text: hint === null ? detail : `${detail} ${hint}`, place: null }
  const seen = lineOf(line, text)
  // The sentence names the line that was sent.
  const told = detail.replace(`ine ${line},`, `ine ${seen},`)
  return { text: told, place: { line: seen, position: position ?? 1 } }
}

/** How many characters stand before a place; the server counts positions without the spaces a line begins with. */
export function offsetOf(text: string, { line, position }: Place): number {
  const lines = text.split('\n')
  const at = Math.min(Math.max(line, 1), lines.length) - 1
  const before = lines.slice(0, at).reduce((sum, each) => sum + each.length + 1, 0)
  const own = lines[at] ?? ''
  const indent = own.length - own.trimStart().length
  return before + Math.min(own.length, indent + position - 1)
}
