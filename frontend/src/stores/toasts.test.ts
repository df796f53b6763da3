/** Messages that fade: long enough to be read, and not while somebody points at them. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { toasts } from './toasts.svelte'

const offer = { title: 'Undo', possible: () => true, run: () => undefined }
const texts = () => toasts.list.map(({ text }) => text)

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  for (const { key } of toasts.list) toasts.dismiss(key)
  vi.useRealTimers()
})

it('go by themselves, those with something to decide later', () => {
  toasts.show('copied')
  toasts.offer('moved', offer)
  vi.advanceTimersByTime(5_000)
  expect(texts()).toEqual(['moved'])
  vi.advanceTimersByTime(15_000)
  expect(texts()).toEqual([])
})

it('stay where they are: a new one stands on top of them', () => {
  toasts.offer('first', offer)
  toasts.offer('second', offer)
  expect(texts()).toEqual(['second', 'first'])
  for (const text of ['third', 'fourth']) toasts.offer(text, offer)
  expect(texts()).toEqual(['fourth', 'third', 'second'])
})

it('none goes while somebody points at one, for the others would move', () => {
  toasts.offer('first', offer)
  toasts.hold()
  for (const text of ['second', 'third', 'fourth']) toasts.offer(text, offer)
  vi.advanceTimersByTime(60_000)
  expect(texts()).toEqual(['fourth', 'third', 'second', 'first'])
  toasts.release()
  vi.advanceTimersByTime(60_000)
  expect(texts()).toEqual([])
})
