/** The drawing of a draft as SVG paths: thousands of rows are one path, so that a curve that moves costs a path and no more. */
import type { Axis } from './axis'

type Numbers = readonly (number | null)[]

/** Far outside of every plot; a browser draws larger numbers wrongly. */
const FAR = 5000

function round(pixel: number): number {
  return Math.round(Math.max(-FAR, Math.min(FAR, pixel)) * 10) / 10
}

/** Pixels of a value, null where it has no place. */
function at(axis: Axis, value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null
  const pixel = axis.place(value)
  return Number.isFinite(pixel) ? round(pixel) : null
}

/** A line through values; where there is none it is interrupted. */
export function linePath(x: Numbers, y: Numbers, across: Axis, up: Axis): string {
  let path = ''
  let pen = 'M'
  x.forEach((value, index) => {
    const [left, top] = [at(across, value), at(up, y[index])]
    if (left === null || top === null) {
      pen = 'M'
      return
    }
    path += `${pen}${left} ${top}`
    pen = 'L'
  })
  return path
}

/** The area between two lines, in as many pieces as both have values. */
export function bandPath(x: Numbers, low: Numbers, high: Numbers, across: Axis, up: Axis): string {
  let path = ''
  let above: string[] = []
  let below: string[] = []
  const close = (): void => {
    if (above.length > 1) path += `M${above.join('L')}L${below.reverse().join('L')}Z`
    above = []
    below = []
  }
  x.forEach((value, index) => {
    const [left, from, to] = [at(across, value), at(up, low[index]), at(up, high[index])]
    if (left === null || from === null || to === null) close()
    else {
      above.push(`${left} ${to}`)
      below.push(`${left} ${from}`)
    }
  })
  close()
  return path
}

/** A row in the plot, in pixels. */
export interface Spot {
  /** Place in the arrays of the answer. */
  index: number
  x: number
  y: number
}

/** Rows that have a place, those of one curve only when it is given. */
export function spots(
  x: Numbers,
  y: Numbers,
  across: Axis,
  up: Axis,
  wanted: (index: number) => boolean = () => true,
): Spot[] {
  return x.flatMap((value, index) => {
    const [left, top] = [at(across, value), at(up, y[index])]
    return left === null || top === null || !wanted(index) ? [] : [{ index, x: left, y: top }]
  })
}

/** How rows of one category are told from those of the others, without their colour. */
export const SIGNS = ['disc', 'ring', 'square', 'box', 'triangle', 'cross'] as const
export type Sign = (typeof SIGNS)[number]

export function signOf(curve: number): Sign {
  return SIGNS[curve % SIGNS.length] ?? 'disc'
}

/** Whether a sign is drawn by its line only. */
export function isOpen(sign: Sign): boolean {
  return sign === 'ring' || sign === 'box' || sign === 'cross'
}

/** Dashes of a category's curve. */
export function dashesOf(curve: number): string | undefined {
  return [undefined, '7 4', '2 3', '10 3 2 3', '4 4', '1 4'][curve % SIGNS.length]
}

/** One sign around the origin. */
function signPath(sign: Sign, r: number): string {
  switch (sign) {
    case 'disc':
    case 'ring':
      return `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`
    case 'square':
    case 'box':
      return `m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`
    case 'triangle':
      return `m0 ${-1.2 * r}l${1.2 * r} ${2.1 * r}h${-2.4 * r}z`
    case 'cross':
      return `m${-r} ${-r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`
  }
}

export function signsPath(sign: Sign, places: readonly Spot[], r: number): string {
  const one = signPath(sign, r)
  return places.map(({ x, y }) => `M${x} ${y}${one}`).join('')
}

/** One standard deviation up and down from every row. */
export function barsPath(places: readonly Spot[], y: Numbers, error: Numbers, up: Axis): string {
  return places
    .map(({ index, x }) => {
      const [value, sigma] = [y[index] ?? null, error[index] ?? null]
      if (value === null || sigma === null) return ''
      const [from, to] = [at(up, value - sigma), at(up, value + sigma)]
      return from === null || to === null ? '' : `M${x} ${from}V${to}`
    })
    .join('')
}

/** The row that is nearest to a place, not farther than a fingertip. */
export function nearest(places: readonly Spot[], x: number, y: number, reach = 22): Spot | null {
  let found: Spot | null = null
  let best = reach * reach
  for (const each of places) {
    const distance = (each.x - x) ** 2 + (each.y - y) ** 2
    if (distance > best) continue
    best = distance
    found = each
  }
  return found
}
