/** The error over all steps from the root to the head, joined from each revision's own losses. */
import type { LossPoint } from '../contract'
import { heldOutError } from './held_out'
import { markOf } from './loss_events'
import type { LossHistory } from './state'

export interface LossTimeline {
  step: number[]
  train: number[]
  /** NaN where no row was held out of the steps, as where cross-validation judges. */
  test: number[]
  /** Where a revision's steps begin, with its label. */
  marks: { step: number; label: string }[]
  /** Where something happened within a revision's steps: a finer grid, another start. */
  stages: { step: number; label: string }[]
}

type Step = Pick<LossPoint, 'step' | 'event' | 'event_kind' | 'intervals'> & Partial<LossPoint>

/** What one revision adds. */
export interface LossPart {
  label: string
  losses: readonly Step[]
}

function joined(parts: readonly LossPart[]): LossTimeline {
  const line: LossTimeline = { step: [], train: [], test: [], marks: [], stages: [] }
  let offset = 0
  for (const { label, losses } of parts) {
    if (losses.length === 0) continue
    line.marks.push({ step: offset, label })
    const first = losses[0]?.step ?? 0
    for (const point of losses) {
      const step = offset + point.step - first
      const mark = markOf(point)
      if (mark !== null) line.stages.push({ step, label: mark })
      line.step.push(step)
      line.train.push(point.cross_entropy_train ?? point.train_rmse ?? 0)
      line.test.push(heldOutError(point) ?? Number.NaN)
    }
    offset += (losses.at(-1)?.step ?? first) - first + 1
  }
  return line
}

/** Join the parts of the lineage, then what the running action has so far. */
export function lossTimeline(
  parts: readonly LossPart[],
  live: LossHistory | null,
  liveLabel: string,
): LossTimeline {
  if (live === null) return joined(parts)
  const events = new Map(live.marks.map((mark) => [mark.step, mark]))
  const losses = live.step.map((step, at) => ({
    step,
    train_rmse: live.train_rmse[at] ?? null,
    test_rmse: live.test_rmse[at] ?? null,
    cross_entropy_train: live.cross_entropy_train?.[at] ?? null,
    cross_entropy_test: live.cross_entropy_test?.[at] ?? null,
    event: events.get(step)?.text ?? null,
    event_kind: events.get(step)?.kind ?? null,
    intervals: events.get(step)?.intervals ?? null,
  }))
  return joined([...parts, { label: liveLabel, losses }])
}
