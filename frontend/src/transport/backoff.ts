const FIRST_SECONDS = 0.5
const LONGEST_SECONDS = 15

/**
 * Milliseconds to wait before trying again for the n-th time (n = 0, 1 …): doubling, with full jitter above the
 * first half second, so that the pages of a restarted server do not come back all at once.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const most = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(attempt, 10))
  return 1000 * (FIRST_SECONDS + random() * (most - FIRST_SECONDS))
}
