/** The hidden layers of a network, sum and product nodes apart, while a person edits them; the ends belong to the data. */
import type { NetworkView } from '../contract'

export interface HiddenLayer {
  sums: number
  products: number
}

export const MOST_HIDDEN_LAYERS = 6
export const MOST_NODES = 64
export const MOST_FACTORS = 4

const ONE: HiddenLayer = { sums: 5, products: 0 }

/** The hidden layers a network has now. */
export function planOf(network: NetworkView): HiddenLayer[] {
  return network.shape.slice(1, -1).map((nodes, at) => {
    const products = network.nodes.filter(({ layer, kind }) => layer === at + 1 && kind === 'product').length
    return { sums: nodes - products, products }
  })
}

export function samePlan(one: readonly HiddenLayer[], other: readonly HiddenLayer[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ sums, products }, at) => sums === other[at]?.sums && products === other[at].products)
  )
}

/** A layer with another number of sum or product nodes; it never becomes empty. */
export function withNodes(layer: HiddenLayer, kind: keyof HiddenLayer, count: number): HiddenLayer {
  const asked = Number.isFinite(count) ? Math.round(count) : layer[kind]
  const other = kind === 'sums' ? layer.products : layer.sums
  const least = kind === 'sums' || other === 0 ? 1 : 0
  return { ...layer, [kind]: Math.min(MOST_NODES - other, Math.max(least, asked)) }
}

/** One more layer, like the last. */
export function withLayer(plan: readonly HiddenLayer[]): HiddenLayer[] {
  return [...plan, plan.at(-1) ?? ONE]
}

/** `5`, `5 + 2×` */
function layerText({ sums, products }: HiddenLayer): string {
  if (products === 0) return String(sums)
  return sums === 0 ? `${products}×` : `${sums} + ${products}×`
}

/** `2 → 5 + 2× → 1`: sum nodes, and product nodes with a ×. */
export function planText(shape: readonly number[], plan: readonly HiddenLayer[]): string {
  return [shape[0] ?? 1, ...plan.map(layerText), shape.at(-1) ?? 1].join(' → ')
}

/** A network's shape in one line. */
export function shapeText(network: NetworkView): string {
  return planText(network.shape, planOf(network))
}

export interface Growth {
  layer: number
  nodes: number
  node_kind: 'sum' | 'product'
}

/** The one layer that is to have more nodes of one kind, if that is all that changes: such a change can keep the function. */
export function growthOf(present: readonly HiddenLayer[], wanted: readonly HiddenLayer[]): Growth | null {
  if (present.length !== wanted.length) return null
  const changes = wanted.flatMap((layer, at): Growth[] => {
    const before = present[at] ?? layer
    return [
      { layer: at + 1, nodes: layer.sums - before.sums, node_kind: 'sum' as const },
      { layer: at + 1, nodes: layer.products - before.products, node_kind: 'product' as const },
    ].filter(({ nodes }) => nodes !== 0)
  })
  const [only] = changes
  return only !== undefined && changes.length === 1 && only.nodes > 0 ? only : null
}

/** The grids a network goes through from the present one, coarsest first; twice and four times as fine when it is past all. */
export function stagesFrom(present: number, wanted: readonly number[], most: number): number[] {
  const finer = [...new Set(wanted)].filter((each) => each > present && each <= most).sort((a, b) => a - b)
  if (finer.length > 0) return finer
  return [2 * present, 4 * present].filter((each) => each <= most)
}

/** `10, 20, 50` as numbers of intervals; null when something else is among them. */
export function readStages(text: string, most: number): number[] | null {
  const parts = text.split(/[\s,;→]+/).filter((part) => part !== '')
  const numbers = parts.map(Number)
  const whole = numbers.every((each) => Number.isInteger(each) && each >= 1 && each <= most)
  return whole && numbers.length > 0 ? [...new Set(numbers)].sort((a, b) => a - b) : null
}
