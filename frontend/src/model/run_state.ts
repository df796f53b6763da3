/** What is said of a running action: in the panel, in the document's title, to a screen reader. */
import type { ProgressFrame, RunningView } from '../contract'
import type { State } from './state'
import { formatSeconds } from './durations'
import { revisionLabel } from './revision_label'

/** Done so far, 0 … 1. A search, which cannot know how much is ahead, goes by its budget of time. */
export function share(progress: ProgressFrame | null, running: RunningView | null): number {
  if (progress === null || progress.steps <= 0) return 0
  if (running?.action.kind === 'search' && progress.seconds_left !== null)
    return Math.max(0, 1 - progress.seconds_left / running.action.budget)
  return Math.min(1, progress.step / progress.steps)
}

/** `12 of 40 tasks · 18 s left` */
function searchText({ step, steps, seconds_left: left }: ProgressFrame): string {
  const tasks = `${step} of ${steps} tasks`
  // Whole seconds: a budget runs down evenly, tenths would only flicker.
  return left === null ? tasks : `${tasks} · ${left < 60 ? `${Math.ceil(left)} s` : formatSeconds(left)} left`
}

/** `34 of 60 steps · 120 steps/s · 2 s left`; the rest is said once it is known. */
export function progressText(progress: ProgressFrame | null, running: RunningView | null): string {
  if (progress === null) return 'starting …'
  if (running?.action.kind === 'search') return searchText(progress)
  const { step, steps, steps_per_second: rate, seconds_left: left } = progress
  const parts = [`${step} of ${steps} steps`]
  if (rate !== null && rate > 0)
    parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate).toString()} steps/s`)
  if (left !== null && left >= 3) parts.push(`${formatSeconds(left)} left`)
  return parts.join(' · ')
}

/** Actions that fit step by step: a cancel ends them at the best step. */
const FITTING: readonly string[] = [
  'train',
  'grid_schedule',
  'fit_equation',
  'refit',
  'extend_grid',
  'prune',
  'set_symbolic',
]

/** What is left of the running action after a cancel; `found` says whether a search has a formula yet. */
export function keptByCancel(running: RunningView, found: boolean): string {
  const { kind } = running.action
  if (FITTING.includes(kind)) return 'the best state so far is kept'
  if (kind === 'search' && found) return 'the best formula so far is taken, the others are kept'
  if (kind === 'search') return 'no formula was found yet, so nothing changes'
  return 'it has no state half-way, so nothing changes'
}

/** The title of the browser's tab. */
export function documentTitle({ session, running, progress }: State): string {
  if (session === null) return 'Kanscope'
  if (running === null) return `${session.name} · Kanscope`
  const mark = running.paused ? '❙❙' : `${Math.round(100 * share(progress, running))} %`
  return `${mark} ${revisionLabel(running.label, session.revision.network)} · ${session.name}`
}
