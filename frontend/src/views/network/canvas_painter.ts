/** Draws a large network's wires and small plots on a canvas. */
import { densityPath, plotAreas, toY, wireWeight, type Box, type Window } from '../../model/curves'
import type { CurveSet } from '../../model/curve_set'
import { nodeKey, type EdgeKey } from '../../model/edge_key'
import type { EdgePlace, Layout } from '../../model/layout'
import type { Room } from '../../model/plot_fit'
import type { View } from '../../model/viewport'
import type { SharedAxes } from './axes.svelte'

export interface Scene {
  layout: Layout | null
  active: readonly EdgePlace[]
  view: View
  room: Room
  curves: CurveSet | null
  threshold: number | null
  selected: EdgeKey | null
  ratio: number
}

export type Colours = Record<
  'canvas' | 'line-strong' | 'axis' | 'spline' | 'symbolic' | 'wire' | 'accent' | 'density',
  string
>

/** Paths of wires do not change between frames. */
const wires = new WeakMap<EdgePlace, Path2D>()

function wirePath(place: EdgePlace): Path2D {
  const known = wires.get(place)
  if (known !== undefined) return known
  const path = new Path2D(place.wire)
  wires.set(place, path)
  return path
}

/** Nor do densities: all plots of a source share one. */
const bars = new WeakMap<Float32Array, { height: number; path: Path2D }>()

function barPath(density: Float32Array, box: Box): Path2D {
  const known = bars.get(density)
  if (known?.height === box.height) return known.path
  const path = new Path2D(densityPath(density, box))
  bars.set(density, { height: box.height, path })
  return path
}

/** Below this height on the screen a plot is only its curve. */
const SMALL = 26

/** Strong edges are opaque, the weakest barely there. */
function strength(place: EdgePlace, scene: Scene): number {
  const importance = scene.curves?.byEdge.get(place.key)?.importance ?? place.edge.importance
  if (scene.threshold !== null && importance < scene.threshold) return 0.1
  return 0.25 + 0.75 * Math.min(1, Math.sqrt(Math.max(0, importance)))
}

function traceCurve(context: CanvasRenderingContext2D, values: Float32Array, window: Window, box: Box): void {
  const last = Math.max(1, values.length - 1)
  context.beginPath()
  for (let i = 0; i < values.length; i += 1) {
    context.lineTo(box.x + (box.width * i) / last, toY(values[i] ?? 0, window, box))
  }
  context.stroke()
}

function inView({ x, y, width, height }: Box, { view, room }: Scene): boolean {
  const left = view.x + view.scale * x
  const top = view.y + view.scale * y
  return (
    left < room.width && top < room.height && left + view.scale * width > 0 && top + view.scale * height > 0
  )
}

function paintPlot(
  context: CanvasRenderingContext2D,
  place: EdgePlace,
  scene: Scene,
  axes: SharedAxes,
  colours: Colours,
): void {
  const { box, key, id, edge } = place
  const curve = scene.curves?.byEdge.get(key)
  if (box === null || !inView(box, scene)) return
  context.save()
  context.translate(box.x, box.y)
  context.globalAlpha = 1
  context.fillStyle = colours.canvas
  context.strokeStyle = colours['line-strong']
  context.lineWidth = 1
  context.beginPath()
  const small = box.height * scene.view.scale < SMALL
  if (small) context.rect(0, 0, box.width, box.height)
  else context.roundRect(0, 0, box.width, box.height, Math.min(6, box.height / 8))
  context.fill()
  context.globalAlpha = strength(place, scene)
  context.stroke()
  if (curve !== undefined) {
    const areas = plotAreas(box.width, box.height)
    const density = scene.curves?.density.get(nodeKey({ layer: id.layer, index: id.source }))
    if (density !== undefined && !small) {
      context.fillStyle = colours.density
      context.fill(barPath(density, areas.density))
    }
    const window = axes.window(key, id.layer)
    context.strokeStyle = colours.axis
    const zero = toY(0, window, areas.curve)
    context.beginPath()
    context.moveTo(areas.curve.x, zero)
    context.lineTo(areas.curve.x + areas.curve.width, zero)
    if (window.low <= 0 && window.high >= 0) context.stroke()
    context.strokeStyle = edge.function.kind === 'symbolic' ? colours.symbolic : colours.spline
    context.lineWidth = 1.75
    context.lineJoin = 'round'
    traceCurve(context, curve.y, window, areas.curve)
  }
  context.restore()
}

export function paintCanvas(
  context: CanvasRenderingContext2D,
  scene: Scene,
  axes: SharedAxes,
  colours: Colours,
): void {
  const { layout, view, room, ratio, curves, active } = scene
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, room.width, room.height)
  if (layout === null) return
  if (curves !== null) axes.update(curves, active, layout.gaps.length)
  context.translate(view.x, view.y)
  context.scale(view.scale, view.scale)
  for (const place of active) {
    const importance = curves?.byEdge.get(place.key)?.importance ?? place.edge.importance
    const chosen = place.key === scene.selected
    // Behind many plots only the strong wires can be followed; the others would be noise.
    context.globalAlpha = chosen ? 0.8 : 0.03 + 0.5 * Math.min(1, importance) ** 1.5
    context.strokeStyle = chosen
      ? colours.accent
      : place.edge.function.kind === 'symbolic'
        ? colours.symbolic
        : colours.wire
    context.lineWidth = wireWeight(importance, layout.plot.height) * 0.7
    context.stroke(wirePath(place))
  }
  for (const place of active) paintPlot(context, place, scene, axes, colours)
}
