// @vitest-environment jsdom
import { flushSync, mount, unmount } from 'svelte'
import { expect, it } from 'vitest'
import ConfusionTable from './ConfusionTable.svelte'

it('says what is taken for what, with names, and how much of each class is recognised', async () => {
  const confusion = {
    classes: ['red', 'blue', 'never'],
    counts: [
      [8, 2, 0],
      [1, 29, 0],
      [0, 0, 0],
    ],
    recall: [0.8, 29 / 30, null],
  }
  const view = mount(ConfusionTable, { target: document.body, props: { confusion } })
  flushSync()
  const texts = (selector: string) =>
    [...document.querySelectorAll(selector)].map((cell) => cell.textContent.trim())
  expect(texts('thead th').slice(1)).toEqual(['red', 'blue', 'never', 'recall'])
  expect(texts('tbody th')).toEqual(['red', 'blue', 'never'])
  expect(texts('tbody tr:nth-child(1) td')).toEqual(['8', '2', '0', '80\u00a0%'])
  expect(texts('tbody tr:nth-child(3) td').at(-1)).toBe('–')
  const [recognised, mistaken] = document.querySelectorAll('tbody tr:first-child td')
  expect(recognised?.getAttribute('title')).toBe('8 rows of red recognised')
  expect(mistaken?.getAttribute('title')).toBe('2 rows of red taken for blue')
  await unmount(view)
})
