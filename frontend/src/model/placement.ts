/** Places things on a line as near as possible to where they want to be, without overlap. */

/**
 * Positions in the given order, at least `distance` apart, inside [low, high], with the least squared displacement.
 *
 * With z_i = y_i - i·distance the condition becomes z_i ≤ z_(i+1), which is isotonic regression and solved exactly
 * by pooling adjacent violators. When the line is too short for all, they are spread evenly over it.
 */
export function placeApart(wanted: readonly number[], distance: number, low: number, high: number): number[] {
  const count = wanted.length
  if (count === 0) return []
  const step = count > 1 ? Math.min(distance, (high - low) / (count - 1)) : 0
  const pools: { sum: number; size: number }[] = []
  wanted.forEach((position, index) => {
    let pool = { sum: position - index * step, size: 1 }
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
  const placed = pools.flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size))
  const highest = high - (count - 1) * step
  return placed.map((value, index) => Math.min(Math.max(value, low), Math.max(low, highest)) + index * step)
}

/** `count` positions spread evenly in [low, high], no further apart than `widest`, centred. */
export function spread(count: number, low: number, high: number, widest = Infinity): number[] {
  if (count <= 0) return []
  const step = Math.min(widest, (high - low) / count)
  const first = (low + high) / 2 - ((count - 1) * step) / 2
  return Array.from({ length: count }, (_, index) => first + index * step)
}
