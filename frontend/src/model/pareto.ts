/** Which revisions no other beats in both complexity and error. */
import type { RevisionSummary } from '../contract'

type Point = Pick<RevisionSummary, 'id' | 'complexity' | 'test_rmse'>

/** The front, from simple to exact. Of equals the first stays. */
export function paretoFront<P extends Point>(points: readonly P[]): P[] {
  const sorted = [...points].sort((a, b) => a.complexity - b.complexity || a.test_rmse - b.test_rmse)
  const front: P[] = []
  let best = Infinity
  for (const point of sorted) {
    if (point.test_rmse >= best) continue
    front.push(point)
    best = point.test_rmse
  }
  return front
}
