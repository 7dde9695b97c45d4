/** Operators that move numbers without changing them: transpose, broadcast, reshape, slice, pad, join, split. */
import type { GraphBuilder } from '../onnx/graph-builder.ts'
import {
  at,
  expanded,
  isInMemoryOrder,
  materialised,
  product,
  sameNumbers,
  storedShape,
  type TensorView,
  tensorViewOf,
} from './view.ts'

export function lowerTranspose(view: TensorView, permutation: readonly number[], shape: readonly number[]): TensorView {
  return { ...view, order: permutation.map((axis) => at(view.order, axis)), shape }
}

/** `newAxes` are the axes of the result that the operand lacks. */
export function lowerBroadcast(view: TensorView, newAxes: readonly number[], shape: readonly number[]): TensorView {
  let next = 0
  const order = shape.map((_, axis) => {
    if (newAxes.includes(axis)) return -1
    next += 1
    return at(view.order, next - 1)
  })
  return { ...view, order, shape }
}

const withoutOnes = (shape: readonly number[]): number[] => shape.filter((extent) => extent !== 1)

export function lowerReshape(graph: GraphBuilder, view: TensorView, shape: readonly number[]): TensorView {
  if (view.constant !== undefined) return { ...view, order: shape.map(() => -1), shape }
  // Only axes of size 1 come or go: no number moves, broadcast axes stay broadcast.
  if (sameNumbers(withoutOnes(view.shape), withoutOnes(shape))) {
    const indices = view.order.filter((_, axis) => view.shape[axis] !== 1)
    let next = 0
    const order = shape.map((extent) => {
      if (extent === 1) return -1
      next += 1
      return at(indices, next - 1)
    })
    return { ...view, order, shape }
  }
  const isWrittenOut = sameNumbers(storedShape(view), view.shape)
  if (isWrittenOut && isInMemoryOrder(view)) {
    return { ...tensorViewOf(view.source, { dtype: view.dtype, shape }), sourceShape: view.sourceShape }
  }
  const source = isWrittenOut ? materialised(graph, view) : expanded(graph, view)
  return { ...tensorViewOf(source, { dtype: view.dtype, shape }), sourceShape: view.shape }
}

type Pairs = readonly (readonly [number, number])[]

/** `bounds`: [start, end) of every axis. */
export function lowerShrink(
  graph: GraphBuilder,
  view: TensorView,
  { bounds, shape }: { readonly bounds: Pairs; readonly shape: readonly number[] },
): TensorView {
  const cut = bounds
    .map(([start, end], axis) => ({ start, end, axis }))
    .filter(({ start, end, axis }) => start !== 0 || end !== view.shape[axis])
  // A broadcast axis is cut by changing its size alone.
  const real = cut.filter(({ axis }) => at(view.order, axis) >= 0)
  if (real.length === 0) return { ...view, shape }
  const stored = storedShape(view).map((extent, axis) => {
    const hit = real.find((entry) => entry.axis === axis)
    return hit === undefined ? extent : hit.end - hit.start
  })
  const source = graph.node('Slice', [
    materialised(graph, view),
    graph.integers(real.map(({ start }) => start)),
    graph.integers(real.map(({ end }) => end)),
    graph.integers(real.map(({ axis }) => axis)),
  ])
  return tensorViewOf(source, { dtype: view.dtype, shape, stored })
}

/** Pads with zeros; `widths`: [before, after] of every axis. */
export function lowerPad(
  graph: GraphBuilder,
  view: TensorView,
  { widths, shape }: { readonly widths: Pairs; readonly shape: readonly number[] },
): TensorView {
  if (view.constant === 0) return { ...view, order: shape.map(() => -1), shape }
  const pads = graph.integers([...widths.map(([before]) => before), ...widths.map(([, after]) => after)])
  return tensorViewOf(graph.node('Pad', [expanded(graph, view), pads]), { dtype: view.dtype, shape })
}

export function lowerConcatenate(
  graph: GraphBuilder,
  views: readonly TensorView[],
  { axis, shape }: { readonly axis: number; readonly shape: readonly number[] },
): TensorView {
  const names = views.map((view) => expanded(graph, view))
  return tensorViewOf(graph.node('Concat', names, { attributes: { axis: { int: axis } } }), {
    dtype: at(views, 0).dtype,
    shape,
  })
}

export function lowerSplit(
  graph: GraphBuilder,
  view: TensorView,
  { axis, sizes }: { readonly axis: number; readonly sizes: readonly number[] },
): TensorView[] {
  let start = 0
  return sizes.map((size) => {
    const bounds = view.shape.map((extent, i): [number, number] => (i === axis ? [start, start + size] : [0, extent]))
    start += size
    return lowerShrink(graph, view, { bounds, shape: view.shape.map((extent, i) => (i === axis ? size : extent)) })
  })
}

/** Reverses the given axes. */
export function lowerFlip(graph: GraphBuilder, view: TensorView, axes: readonly number[]): TensorView {
  const real = axes.filter((axis) => at(view.order, axis) >= 0)
  if (real.length === 0 || product(view.shape) === 0) return view
  const source = graph.node('Slice', [
    materialised(graph, view),
    graph.integers(real.map(() => -1)),
    graph.integers(real.map((axis) => -at(view.shape, axis) - 1)),
    graph.integers(real),
    graph.integers(real.map(() => -1)),
  ])
  return tensorViewOf(source, { dtype: view.dtype, shape: view.shape, stored: storedShape(view) })
}
