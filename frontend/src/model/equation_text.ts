/** Equations as a person writes them, one a line, and where a problem says that a mistake is. */

/** The equations to send: lines without those that are blank. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

const LINE = /\b(line) (\d+)\b/i
const POSITION = /\bposition (\d+)\b/i

/** What the server says of the equations it was sent, with lines counted as the person sees them. */
export function asWritten(detail: string, text: string): string {
  const numbers = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [at + 1]))
  return detail.replace(
    LINE,
    (_, word: string, sent: string) => `${word} ${numbers[Number(sent) - 1] ?? sent}`,
  )
}

/** A line and a position in it, both from 1. */
export interface Place {
  line: number
  position: number
}

/** `line 2, position 5: …` as a place; null when a problem names no position. */
export function placeOf(detail: string): Place | null {
  const line = LINE.exec(detail)?.[2]
  const position = POSITION.exec(detail)?.[1]
  if (line === undefined && position === undefined) return null
  return { line: Number(line ?? 1), position: Number(position ?? 1) }
}

/** What is said beside the equations: the hint of how to mend them helps only where no place is named. */
export function problemText({ detail, hint }: { detail: string; hint: string | null }, text: string): string {
  return hint === null || placeOf(detail) !== null ? asWritten(detail, text) : `${detail} ${hint}`
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
