/** The colours of text and of marks that carry meaning have enough contrast in both themes (WCAG 2.2 AA). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync('src/styles/tokens.css', 'utf8')
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
    name,
    { light, dark },
  ]),
)

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string, theme: 'light' | 'dark'): number {
  const [high = 0, low = 0] = [one, other]
    .map((name) => luminance(tokens.get(name)?.[theme] ?? '#000000'))
    .sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

const surfaces = ['canvas', 'panel', 'raised']
const texts = ['ink', 'ink-2', 'ink-muted', 'accent', 'symbolic', 'good', 'fair', 'bad']
const pairs = [
  ...texts.flatMap((text) => surfaces.map((surface) => [text, surface, 4.5] as const)),
  ...(['ink', 'ink-muted', 'good', 'symbolic'] as const).map((text) => [text, 'chosen', 4.5] as const),
  ['ink-muted', 'hover', 4.5],
  ['ink-on-accent', 'accent', 4.5],
  ['ink-on-symbolic', 'symbolic', 4.5],
  ['good', 'good-soft', 4.5],
  ['fair', 'fair-soft', 4.5],
  ['bad', 'bad-soft', 4.5],
  ['control', 'canvas', 3],
  ['wire', 'canvas', 3],
  ['accent', 'canvas', 3],
] as const

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  it.each(pairs)('%s on %s has a contrast of at least %s', (one, other, least) => {
    expect(tokens.has(one) && tokens.has(other)).toBe(true)
    expect(contrast(one, other, theme)).toBeGreaterThanOrEqual(least)
  })
})
