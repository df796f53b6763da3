/** What a tooltip says of an edge or a node. */
import type { ColumnView, NetworkView } from '../../contract'
import type { Window } from '../../model/curves'
import type { Curve } from '../../model/curve_set'
import type { EdgePlace, NodePlace } from '../../model/layout'
import { edgeLabel, edgeScale, functionLabel, nodeLabel, ownUnits } from '../../model/names'
import { formatNumber, formatPercent } from '../../model/numbers'

export interface TooltipText {
  title: string
  lines: string[]
}

/** In the unit of the column, or of the target. */
function range({ low, high }: Window, { shift, scale }: { shift: number; scale: number }): string {
  return `${formatNumber(shift + scale * low)} … ${formatNumber(shift + scale * high)}`
}

export function edgeText(
  network: NetworkView,
  place: EdgePlace,
  curve: Curve | undefined,
  span: Window | null,
): TooltipText {
  const locked = place.edge.locked ? ', locked' : ''
  const form = place.edge.function.text ?? functionLabel(place.edge.function)
  const title = `${edgeLabel(network, place.id)} · ${form}${locked}`
  if (!place.active) return { title, lines: ['select it, then F brings it back'] }
  const lines = [`importance ${formatPercent(curve?.importance ?? place.edge.importance)}`]
  if (curve !== undefined && span !== null) {
    const { layer, source } = place.id
    const from = ownUnits(network, { layer, index: source })
    lines.push(`${range(curve, from)}  →  ${range(span, { shift: 0, scale: edgeScale(network, place.id) })}`)
  }
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
