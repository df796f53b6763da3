/**
 * Brings curve frames to the screen without waking the components: plots register their elements once, and a frame
 * sets `d` and the wires' weight directly, at most once per animation frame.
 */
import type { Attachment } from 'svelte/attachments'
import { curvePath, densityPath, plotAreas, toY, wireWeight, type Box, type Window } from '../../model/curves'
import type { CurveSet } from '../../model/curve_set'
import { edgeKey, nodeKey, type EdgeKey } from '../../model/edge_key'
import type { EdgePlace } from '../../model/layout'
import type { Preview } from '../../stores/ui.svelte'
import type { SharedAxes } from './axes.svelte'

interface Part {
  place: EdgePlace
  curve: Element | null
  zero: Element | null
  axis: Element | null
  density: Element | null
  preview: Element | null
  /** What was drawn last: the same values are not written again. */
  drawn: { y: Float32Array | null; half: number; density: Float32Array | null }
}

/** Curve, zero line, and ticks at the quarters of the shared axis. */
function paintCurve(part: Part, values: Float32Array, window: Window, box: Box): void {
  part.curve?.setAttribute('d', curvePath(values, window, box))
  const inside = window.low <= 0 && window.high >= 0
  part.zero?.setAttribute('d', inside ? `M${box.x} ${tenth(toY(0, window, box))}h${box.width}` : '')
  const ticks = [0, 1, 2, 3, 4].map((i) => `M0 ${tenth(box.y + (box.height * i) / 4)}h${i % 2 === 0 ? 3 : 2}`)
  part.axis?.setAttribute('d', ticks.join(''))
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}

export class CurvePainter {
  #parts = new Map<EdgeKey, Part>()
  #curves: CurveSet | null = null
  #edges: readonly EdgePlace[] = []
  #layers = 0
  #preview: Preview | null = null
  #frame = 0
  #wires = new Map<EdgeKey, Element>()

  readonly axes: SharedAxes

  constructor(axes: SharedAxes) {
    this.axes = axes
  }

  /** Attachment of one plot's group. */
  part(place: EdgePlace): Attachment<SVGGElement> {
    return (group) => {
      const part: Part = {
        place,
        curve: group.querySelector('.curve'),
        zero: group.querySelector('.zero-line'),
        axis: group.querySelector('.axis'),
        density: group.querySelector('.density'),
        preview: group.querySelector('.preview'),
        drawn: { y: null, half: 0, density: null },
      }
      this.#parts.set(place.key, part)
      this.#ask()
      return () => {
        if (this.#parts.get(place.key) === part) this.#parts.delete(place.key)
      }
    }
  }

  /** Attachment of one edge's wire. */
  wire(key: EdgeKey): Attachment<SVGPathElement> {
    return (path) => {
      this.#wires.set(key, path)
      return () => {
        if (this.#wires.get(key) === path) this.#wires.delete(key)
      }
    }
  }

  /** The newest frame; older ones that were not painted yet are skipped. */
  show(curves: CurveSet | null, edges: readonly EdgePlace[], layers: number): void {
    this.#curves = curves
    this.#edges = edges
    this.#layers = layers
    this.#ask()
  }

  showPreview(preview: Preview | null): void {
    this.#preview = preview
    this.#ask()
  }

  stop(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
  }

  #ask(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.paint()
    })
  }

  /** Draw now. */
  paint(): void {
    if (this.#curves === null) return
    this.axes.update(this.#curves, this.#edges, this.#layers)
    for (const part of this.#parts.values()) this.#paintPart(part, this.#curves)
    this.#paintWires(this.#curves)
  }

  #paintPart(part: Part, curves: CurveSet): void {
    const { key, id, box } = part.place
    const curve = curves.byEdge.get(key)
    if (box === null || curve === undefined) return
    const areas = plotAreas(box.width, box.height)
    const window = this.axes.window(key, id.layer)
    const half = this.axes.halves[id.layer] ?? 1
    if (part.drawn.y !== curve.y || part.drawn.half !== half) {
      paintCurve(part, curve.y, window, areas.curve)
      part.drawn.y = curve.y
      part.drawn.half = half
    }
    const density = curves.density.get(nodeKey({ layer: id.layer, index: id.source })) ?? null
    if (density !== null && part.drawn.density !== density) {
      part.density?.setAttribute('d', densityPath(density, areas.density))
      part.drawn.density = density
    }
    const values = this.#preview !== null && edgeKey(this.#preview.edge) === key ? this.#preview.y : null
    const path =
      values === null
        ? ''
        : curvePath(
            values.map((value) => value ?? NaN),
            window,
            areas.curve,
          )
    part.preview?.setAttribute('d', path)
  }

  /** Importance moves while training, so the wires' weight does too. */
  #paintWires(curves: CurveSet): void {
    if (curves.revision !== null) return
    for (const { key, box } of this.#edges) {
      const curve = curves.byEdge.get(key)
      if (curve === undefined || box === null) continue
      this.#wires.get(key)?.setAttribute('stroke-width', String(wireWeight(curve.importance, box.height)))
    }
  }
}
