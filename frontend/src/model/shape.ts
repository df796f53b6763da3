/** The hidden layers of a network's shape while a person edits them; inputs and outputs belong to the data. */

export const MOST_HIDDEN_LAYERS = 6
export const MOST_NODES = 64

/** The layers between inputs and outputs. */
export function hidden(shape: readonly number[]): number[] {
  return shape.slice(1, -1)
}

/** The whole shape with other hidden layers. */
export function withHidden(shape: readonly number[], layers: readonly number[]): number[] {
  return [shape[0] ?? 1, ...layers, shape.at(-1) ?? 1]
}

export function sameShape(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((count, at) => count === other[at])
}

/** A whole number of nodes a layer may have. */
export function clampNodes(count: number): number {
  return Math.min(MOST_NODES, Math.max(1, Math.round(Number.isFinite(count) ? count : 1)))
}

/** `2 → 5 → 1` */
export function shapeText(shape: readonly number[]): string {
  return shape.join(' → ')
}
