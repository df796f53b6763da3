/** What a tooltip says of an edge or a node. */
import type { ColumnView, NetworkView } from '../../contract'
import type { Window } from '../../model/curves'
import type { Curve } from '../../model/curve_set'
import type { EdgePlace, NodePlace } from '../../model/layout'
import { edgeLabel, functionLabel, nodeLabel } from '../../model/names'
import { formatNumber, formatPercent } from '../../model/numbers'

export interface TooltipText {
  title: string
  lines: string[]
}

function range({ low, high }: Window): string {
  return `${formatNumber(low)} … ${formatNumber(high)}`
}

export function edgeText(
  network: NetworkView,
  place: EdgePlace,
  curve: Curve | undefined,
  span: Window | null,
): TooltipText {
  const locked = place.edge.locked ? ', locked' : ''
  const title = `${edgeLabel(network, place.id)} · ${functionLabel(place.edge.function)}${locked}`
  if (!place.active) return { title, lines: ['select it, then F brings it back'] }
  const lines = [`importance ${formatPercent(curve?.importance ?? place.edge.importance)}`]
  if (curve !== undefined && span !== null) lines.push(`${range(curve)}  →  ${range(span)}`)
  return { title, lines }
}

export function nodeText(
  network: NetworkView,
  { node, end }: NodePlace,
  columns: readonly ColumnView[],
): TooltipText {
  const column = end === null ? undefined : columns.find(({ name }) => name === node.name)
  const kind = end ?? (node.kind === 'product' ? 'product ×' : 'sum +')
  const lines: string[] = []
  if (column !== undefined) {
    const { minimum, maximum, unit } = column
    lines.push(`${formatNumber(minimum)} … ${formatNumber(maximum)} ${unit ?? ''}`)
  }
  if (node.active) lines.push(`importance ${formatPercent(node.importance)}`)
  return { title: `${nodeLabel(network, node)} · ${kind}${node.active ? '' : ', pruned'}`, lines }
}
