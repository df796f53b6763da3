/** A network of any shape for tests. */
import type { EdgeId, NetworkView, NodeId, NodeView } from '../contract'

interface Options {
  importance?: number
  /** Nodes that multiply; each owns the subnode of its own index, which is all that views look at. */
  product?: (node: NodeId) => boolean
  active?: (edge: EdgeId) => boolean
}

export function makeNetwork(
  shape: readonly number[],
  { importance = 0.5, product = () => false, active = () => true }: Options = {},
): NetworkView {
  const none = { primitive: null, a: null, b: null, c: null, d: null, intervals: null, text: null }
  const edges = shape.slice(0, -1).flatMap((sources, layer) =>
    Array.from({ length: (shape[layer + 1] ?? 0) * sources }, (_, i) => {
      const id = { layer, source: i % sources, target: Math.floor(i / sources) }
      const alive = active(id)
      return {
        id,
        function: { kind: alive ? ('spline' as const) : ('zero' as const), ...none },
        importance: alive ? importance : 0,
        locked: false,
      }
    }),
  )
  const last = shape.length - 1
  const nodes = shape.flatMap((count, layer) =>
    Array.from({ length: count }, (_, index): NodeView => {
      const used = edges.some(
        ({ id, function: f }) =>
          f.kind !== 'zero' &&
          ((id.layer === layer && id.source === index) || (id.layer === layer - 1 && id.target === index)),
      )
      return {
        layer,
        index,
        kind: layer === 0 ? 'input' : product({ layer, index }) ? 'product' : 'sum',
        name: layer === 0 ? `x${index}` : layer === last ? `y${index}` : `h${index}`,
        subnodes: layer === 0 ? [] : [index],
        importance,
        active: layer === 0 || layer === last || used,
        shift: 0,
        scale: 1,
      }
    }),
  )
  const plain = { base: 'none', knots: 'uniform', precision: 'float64' } as const
  return {
    shape: [...shape],
    intervals: shape.slice(1).map(() => 5),
    degree: 3,
    ...plain,
    parameters: 0,
    nodes,
    functions: [],
    edges,
  }
}
