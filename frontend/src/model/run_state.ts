/** What is said of a running action: in the panel, in the document's title, to a screen reader. */
import type { ProgressFrame } from '../contract'
import type { State } from './state'
import { formatSeconds } from './durations'

/** Done so far, 0 … 1. */
export function share(progress: ProgressFrame | null): number {
  if (progress === null || progress.steps <= 0) return 0
  return Math.min(1, progress.step / progress.steps)
}

/** `34 of 60 steps · 120 steps/s · 2 s left`; the rest is said once it is known. */
export function progressText(progress: ProgressFrame | null): string {
  if (progress === null) return 'starting …'
  const { step, steps, steps_per_second: rate, seconds_left: left } = progress
  const parts = [`${step} of ${steps} steps`]
  if (rate !== null && rate > 0)
    parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate).toString()} steps/s`)
  if (left !== null && left >= 3) parts.push(`${formatSeconds(left)} left`)
  return parts.join(' · ')
}

/** The title of the browser's tab. */
export function documentTitle({ session, running, progress }: State): string {
  if (session === null) return 'Kanscope'
  if (running === null) return `${session.name} · Kanscope`
  const mark = running.paused ? '❙❙' : `${Math.round(100 * share(progress))} %`
  return `${mark} ${running.label} · ${session.name}`
}
