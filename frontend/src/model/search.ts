/** Ranks titles by a few typed letters: every letter must occur in order; beginnings of words and runs count more. */

/** Score of a title, larger is better; null when it does not match. */
export function score(query: string, title: string): number | null {
  const wanted = query.toLowerCase().replaceAll(' ', '')
  const text = title.toLowerCase()
  let at = 0
  let total = 0
  let former = -2
  for (const letter of wanted) {
    const found = text.indexOf(letter, at)
    if (found === -1) return null
    if (found === former + 1) total += 3
    if (found === 0 || /[\s:([]/.test(text[found - 1] ?? '')) total += 4
    total -= Math.min(found - at, 6) * 0.2
    former = found
    at = found + 1
  }
  return total - text.length * 0.01
}

/** Items whose title matches, best first; all in their own order when nothing is typed. */
export function search<T>(items: readonly T[], query: string, title: (item: T) => string): T[] {
  if (query.trim() === '') return [...items]
  return items
    .map((item) => ({ item, found: score(query, title(item)) }))
    .filter((entry): entry is { item: T; found: number } => entry.found !== null)
    .sort((one, other) => other.found - one.found)
    .map(({ item }) => item)
}
