/** Equations as a person writes them, one a line, and where a problem says that a mistake is. */

/** The lines to send: blank ones within stay, so that the server counts lines as the person does. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim())
  while (lines.at(-1) === '') lines.pop()
  return lines
}

/** A line and a position in it, both from 1. */
export interface Place {
  line: number
  position: number
}

/** `line 2, position 5: …` as a place; null when a problem names no position. */
export function placeOf(detail: string): Place | null {
  const line = /\bline (\d+)\b/.exec(detail)?.[1]
  const position = /\bposition (\d+)\b/.exec(detail)?.[1]
  if (line === undefined && position === undefined) return null
  return { line: Number(line ?? 1), position: Number(position ?? 1) }
}

/** What is said beside the equations: the hint of how to mend them helps only where no place is named. */
export function problemText({ detail, hint }: { detail: string; hint: string | null }): string {
  return hint === null || placeOf(detail) !== null ? detail : `${detail} ${hint}`
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
