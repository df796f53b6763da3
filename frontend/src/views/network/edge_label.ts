/** An edge and a node in words: for tooltips and screen readers. */
import type { EdgeView, NetworkView, NodeView } from '../../contract'
import { edgeLabel, functionLabel, nodeLabel } from '../../model/names'
import { formatPercent } from '../../model/numbers'

export function describeEdge(network: NetworkView, edge: EdgeView): string {
  const what = functionLabel(edge.function)
  const parts = [edgeLabel(network, edge.id), what]
  if (edge.function.kind !== 'zero') parts.push(`importance ${formatPercent(edge.importance)}`)
  if (edge.locked) parts.push('locked')
  return parts.join(', ')
}

const KINDS = { input: 'input', sum: 'sum of its edges', product: 'product of its edges' } as const

/** The unit stands where it is shown, after the name. */
export function describeNode(network: NetworkView, node: NodeView, unit: string | null = null): string {
  const name = [nodeLabel(network, node), ...(unit === null ? [] : [unit])].join(', ')
  const output = node.layer === network.shape.length - 1
  const kind = output ? (node.kind === 'product' ? `output, ${KINDS.product}` : 'output') : KINDS[node.kind]
  return node.active ? `${name}, ${kind}` : `${name}, ${kind}, pruned`
}
