/** What is said of a running action: in the panel, in the document's title, to a screen reader. */
import type { ProgressFrame, RunningView, WaitingView } from '../contract'
import type { State } from './state'
import { formatSeconds } from './durations'
import { revisionLabel } from './revision_label'

/**
 * Done so far, 0 … 1: nothing of the training while starts compete. A search, which cannot know how much is ahead, goes by
 * its budget of time.
 */
export function share(progress: ProgressFrame | null, running: RunningView | null): number {
  if (progress === null || progress.steps <= 0 || progress.start !== null) return 0
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

/** `1st`, `2nd`, `3rd`, `11th`, `23rd` */
function ordinal(place: number): string {
  const teens = place % 100 >= 11 && place % 100 <= 13
  return `${place}${(teens ? undefined : { 1: 'st', 2: 'nd', 3: 'rd' }[place % 10]) ?? 'th'}`
}

/** Whole seconds at least: an estimate is no measurement. */
function roughly(seconds: number): string {
  return seconds < 10 ? `${Math.max(1, Math.round(seconds))} s` : formatSeconds(seconds)
}

/** `Waiting: 3rd of 12, about 20 s`; the time is said once it is known. */
export function waitingText({ place, of, seconds }: WaitingView): string {
  const where = of === 1 ? 'next' : `${ordinal(place)} of ${of}`
  const about = seconds === null ? '' : `, about ${roughly(seconds)}`
  return `Waiting: ${where}${about}`
}

/** Where it is put aside: `step 34 of 60`, `start 2 of 3, step 7 of 15`, `12 of 40 tasks`. */
function place(progress: ProgressFrame, running: RunningView): string {
  const { step, steps, start, starts } = progress
  if (running.action.kind === 'search') return `${step} of ${steps} tasks`
  const at = `step ${step} of ${steps}`
  return start === null ? at : `start ${start} of ${starts}, ${at}`
}

/** How a pause stands, or the way out of it; nothing while the action simply runs. */
export function pauseText(running: RunningView, progress: ProgressFrame | null): string {
  if (running.paused && !running.held) return 'pausing at the end of this step …'
  if (running.held && !running.paused) return 'goes on as soon as a worker is free …'
  if (!running.paused) return ''
  const at = progress === null ? '' : ` at ${place(progress, running)}`
  return `Paused${at}; the worker is free for others`
}

/**
 * `34 of 60 steps · 120 steps/s · 2 s left`; the rest is said once it is known. While starts compete their steps are no
 * steps of the training: `start 2 of 3 competes · 7 of 15 steps`.
 */
export function progressText(progress: ProgressFrame | null, running: RunningView | null): string {
  if (running?.waiting) return waitingText(running.waiting)
  if (progress === null) return 'starting …'
  if (running?.action.kind === 'search') return searchText(progress)
  const { step, steps, start, starts, steps_per_second: rate, seconds_left: left } = progress
  const parts = [`${step} of ${steps} steps`]
  if (start !== null) return [`start ${start} of ${starts} competes`, ...parts].join(' · ')
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
  if (running.waiting && !running.held) return 'it has not begun, so nothing changes'
  if (FITTING.includes(kind)) return 'the best state so far is kept'
  if (kind === 'search' && found) return 'the best formula so far is taken, the others are kept'
  if (kind === 'search') return 'no formula was found yet, so nothing changes'
  return 'it has no state half-way, so nothing changes'
}

/** The title of the browser's tab. */
export function documentTitle({ session, running, progress }: State): string {
  if (session === null) return 'Kanscope'
  if (running === null) return `${session.name} · Kanscope`
  const label = revisionLabel(running.label, session.revision.network)
  if (running.waiting && !running.paused) return `⋯ ${label} · ${session.name}`
  const mark = running.paused ? '❙❙' : `${Math.round(100 * share(progress, running))} %`
  return `${mark} ${label} · ${session.name}`
}
