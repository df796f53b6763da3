/** Places things on a line as near as possible to where they want to be, without overlap. */

/**
 * Middles of things of these sizes in the given order, touching at most, inside [low, high], with the least squared
 * displacement from where they want to be.
 *
 * With z_i = y_i - o_i, o_i the distance of the first middle to the i-th when all touch, the condition becomes
 * z_i ≤ z_(i+1), which is isotonic regression and solved exactly by pooling adjacent violators. When the line is too
 * short for all, every size shrinks by the same factor.
 */
export function placeApart(
  wanted: readonly number[],
  sizes: readonly number[],
  low: number,
  high: number,
): number[] {
  if (wanted.length === 0) return []
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const squeeze = total > 0 ? Math.min(1, (high - low) / total) : 0
  const size = (index: number): number => (sizes[index] ?? 0) * squeeze
  const offsets: number[] = []
  wanted.forEach((_, index) => {
    offsets.push(index === 0 ? 0 : (offsets[index - 1] ?? 0) + (size(index - 1) + size(index)) / 2)
  })
  const pools: { sum: number; size: number }[] = []
  wanted.forEach((position, index) => {
    let pool = { sum: position - (offsets[index] ?? 0), size: 1 }
    for (
      let last = pools.at(-1);
      last !== undefined && last.sum / last.size > pool.sum / pool.size;
      last = pools.at(-1)
    ) {
      pools.pop()
      pool = { sum: last.sum + pool.sum, size: last.size + pool.size }
    }
    pools.push(pool)
  })
  const placed = pools.flatMap(({ sum, size: count }) => Array.from({ length: count }, () => sum / count))
  const lowest = low + size(0) / 2
  const highest = high - size(wanted.length - 1) / 2 - (offsets.at(-1) ?? 0)
  return placed.map(
    (value, index) => Math.min(Math.max(value, lowest), Math.max(lowest, highest)) + (offsets[index] ?? 0),
  )
}

/** `count` positions spread evenly in [low, high], no further apart than `widest`, centred. */
export function spread(count: number, low: number, high: number, widest = Infinity): number[] {
  if (count <= 0) return []
  const step = Math.min(widest, (high - low) / count)
  const first = (low + high) / 2 - ((count - 1) * step) / 2
  return Array.from({ length: count }, (_, index) => first + index * step)
}
