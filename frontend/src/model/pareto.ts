/** Which revisions no other beats in both complexity and error. */
import type { RevisionSummary } from '../contract'
import { heldOutError } from './held_out'

type Point = Pick<RevisionSummary, 'id' | 'complexity' | 'test_rmse'> &
  Partial<Pick<RevisionSummary, 'cross_entropy_test'>>

function height(point: Point): number {
  return heldOutError(point) ?? Infinity
}

/** The front, from simple to exact. Of equals the first stays. */
export function paretoFront<P extends Point>(points: readonly P[]): P[] {
  const sorted = [...points].sort((a, b) => a.complexity - b.complexity || height(a) - height(b))
  const front: P[] = []
  let best = Infinity
  for (const point of sorted) {
    if (height(point) >= best) continue
    front.push(point)
    best = height(point)
  }
  return front
}
