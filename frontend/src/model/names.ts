/** What things are called on the screen. */
import type { EdgeFunction, EdgeId, NetworkView, NodeId } from '../contract'
import { ownParts } from './own_function'

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉'

/** A primitive's name as on paper: `x^2` is `x²`, `1/sqrt` is `1/√x`. */
export function primitiveLabel(name: string): string {
  const { word } = ownParts(name)
  if (word !== null) return word
  const powers = name.replace(/\^(\d)/g, (_, digit: string) => SUPERSCRIPTS[Number(digit)] ?? digit)
  return powers.replace(/sqrt(\(x\))?$/, '√x').replaceAll('*', '·')
}

/** A hidden node's `h0` is `h₀`; column names stay as they are. */
export function nodeLabel(network: NetworkView, { layer, index }: NodeId): string {
  const node = network.nodes.find((each) => each.layer === layer && each.index === index)
  const name = node?.name ?? `h${index}`
  if (node?.kind === 'input' || layer === network.shape.length - 1) return name
  return name.replace(/(\d+)$/, (digits) =>
    [...digits].map((digit) => SUBSCRIPTS[Number(digit)] ?? digit).join(''),
  )
}

/** What an edge goes to: a node, or one factor of a product node. */
export function targetLabel(network: NetworkView, layer: number, target: number): string {
  const owner = network.nodes.find(
    (node) => node.layer === layer && (node.subnodes?.includes(target) ?? node.index === target),
  )
  const name = nodeLabel(network, { layer, index: owner?.index ?? target })
  const factor = (owner?.subnodes?.indexOf(target) ?? 0) + 1
  return owner?.kind === 'product' && (owner.subnodes?.length ?? 0) > 1 ? `${name} factor ${factor}` : name
}

/** `x → h₀` */
export function edgeLabel(network: NetworkView, { layer, source, target }: EdgeId): string {
  return `${nodeLabel(network, { layer, index: source })} → ${targetLabel(network, layer + 1, target)}`
}

/** What is on an edge, in a word or two. */
export function functionLabel({ kind, primitive }: EdgeFunction): string {
  if (kind === 'zero') return 'pruned'
  return kind === 'spline' ? 'spline' : primitiveLabel(primitive ?? '?')
}

/** What turns the network's values into those of a node's own column; a sum of edges has the factor only. */
export function ownUnits(network: NetworkView, { layer, index }: NodeId): { shift: number; scale: number } {
  const node = network.nodes.find((each) => each.layer === layer && each.index === index)
  return { shift: node?.shift ?? 0, scale: node?.scale ?? 1 }
}

/** The factor of what leaves an edge; what is a factor itself has none. */
export function edgeScale(network: NetworkView, { layer, target }: EdgeId): number {
  const owner = network.nodes.find(
    (node) => node.layer === layer + 1 && (node.subnodes?.includes(target) ?? node.index === target),
  )
  return owner?.kind === 'sum' ? (owner.scale ?? 1) : 1
}
