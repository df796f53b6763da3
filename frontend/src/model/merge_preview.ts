/** What comes of two networks side by side: hidden nodes add up, inputs and outputs are shared. */
import type { NetworkView } from '../contract'

export interface MergePreview {
  /** Nodes of each layer; null where the server first has to make both networks equally deep. */
  shape: readonly number[] | null
  /** Active edges of both; those that hand values on through added layers come on top. */
  edges: number
}

export function activeEdges({ edges }: NetworkView): number {
  return edges.filter((edge) => edge.function.kind !== 'zero').length
}

/** Whether both meet layer by layer: equally deep, with a hidden layer, and sums at the end. */
function alike(one: NetworkView, other: NetworkView): boolean {
  const last = one.shape.length - 1
  const sums = [...one.nodes, ...other.nodes].every((node) => node.layer !== last || node.kind !== 'product')
  return one.shape.length === other.shape.length && last >= 2 && sums
}

export function mergePreview(one: NetworkView, other: NetworkView): MergePreview {
  const last = one.shape.length - 1
  const shape = alike(one, other)
    ? one.shape.map((count, layer) => (layer % last === 0 ? count : count + (other.shape[layer] ?? 0)))
    : null
  return { shape, edges: activeEdges(one) + activeEdges(other) }
}
