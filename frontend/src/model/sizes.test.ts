import { expect, it } from 'vitest'
import { formatBytes } from './sizes'

it('says amounts of bytes as people do', () => {
  const said = [0, 512, 999, 1_000, 12_345, 999_499, 999_500, 3_440_000, 41e9, 7.25e13, 2e18].map(formatBytes)
  expect(said).toEqual([
    '0\u00a0bytes',
    '512\u00a0bytes',
    '999\u00a0bytes',
    '1.0\u00a0KB',
    '12\u00a0KB',
    '999\u00a0KB',
    '1.0\u00a0MB',
    '3.4\u00a0MB',
    '41\u00a0GB',
    '73\u00a0TB',
    '2000000\u00a0TB',
  ])
})
