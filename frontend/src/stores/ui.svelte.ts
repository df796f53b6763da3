/**
 * What this page alone decides: selection, preview, theme, open dialogs. Nothing here reaches the server.
 */
import type { EdgeId, NodeId } from '../contract'
import { sameEdge } from '../model/edge_key'
import { store, stored } from './storage'

export type Selection = { kind: 'edge'; edge: EdgeId } | { kind: 'node'; node: NodeId } | null

/** A candidate drawn over an edge's plot before anybody accepts it; constants in the network's units. */
export interface Preview {
  edge: EdgeId
  primitive: string
  a: number
  b: number
  c: number
  d: number
  /** Of the edge alone; not known before the answer is here. */
  r2?: number
  /** Values on the x of the edge detail; null where the function is not defined. */
  y: readonly (number | null)[] | null
}

export type Theme = 'system' | 'light' | 'dark'
export type NetworkMode = 'graph' | 'matrix' | 'table'
export type DialogName =
  'palette' | 'help' | 'export' | 'rename' | 'compare' | 'merge' | 'share' | 'person' | 'equation' | 'rows'

class UiStore {
  selection = $state.raw<Selection>(null)
  preview = $state.raw<Preview | null>(null)
  /** Share of the largest importance below which edges would be pruned; null when nothing is previewed. */
  pruneThreshold = $state<number | null>(null)
  theme = $state<Theme>(stored<Theme>('theme', 'system'))
  /** What `theme` comes to on this screen. */
  dark = $state(false)
  networkMode = $state<NetworkMode>('graph')
  dialog = $state<DialogName | null>(null)
  /** The running action this page has asked to stop; the server answers when its present step is done. */
  stopping = $state<string | null>(null)

  readonly selectedEdge = $derived(this.selection?.kind === 'edge' ? this.selection.edge : null)
  readonly selectedNode = $derived(this.selection?.kind === 'node' ? this.selection.node : null)

  selectEdge(edge: EdgeId): void {
    if (sameEdge(this.selectedEdge, edge)) return
    this.selection = { kind: 'edge', edge }
    this.preview = null
  }

  selectNode(node: NodeId): void {
    this.selection = { kind: 'node', node }
    this.preview = null
  }

  clearSelection(): void {
    this.selection = null
    this.preview = null
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    store('theme', theme)
  }

  open(dialog: DialogName): void {
    this.dialog = dialog
  }

  close(): void {
    this.dialog = null
  }
}

export const ui = new UiStore()
