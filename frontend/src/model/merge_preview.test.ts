/** What a merge is said to make. */
import { expect, it } from 'vitest'
import { mergePreview } from './merge_preview'
import { makeNetwork } from './network.fake'

it('adds up hidden nodes and active edges', () => {
  const pruned = makeNetwork([2, 3, 1])
  const [first, ...rest] = pruned.edges
  if (first === undefined) throw new Error('no edge')
  const other = {
    ...pruned,
    edges: [{ ...first, function: { ...first.function, kind: 'zero' as const } }, ...rest],
  }
  expect(mergePreview(makeNetwork([2, 5, 1]), other)).toEqual({ shape: [2, 8, 1], edges: 15 + 8 })
})

it('promises no shape where the server first makes both equally deep', () => {
  expect(mergePreview(makeNetwork([2, 5, 1]), makeNetwork([2, 4, 4, 1])).shape).toBeNull()
  expect(mergePreview(makeNetwork([2, 1]), makeNetwork([2, 1])).shape).toBeNull()
})
