/**
 * jax-js's `dot`: multiply with broadcasting and sum over the last axis. Axes that both operands hold become batch axes,
 * the others the rows and columns of a matrix product: MatMul, Gemm (flags for transposed operands) or, in batches,
 * onnxruntime's FusedMatMul. An operand is transposed only when no flag can express its layout.
 */
import type { GraphBuilder } from '../onnx/graph-builder.ts'
import {
  at,
  constantView,
  materialised,
  product,
  reshaped,
  storedShape,
  type TensorView,
  tensorViewOf,
} from './view.ts'

interface Arranged {
  readonly name: string
  /** Whether the summed axis is the last one (else it is before the free axis). */
  readonly sumsOverLast: boolean
}

interface Layout {
  readonly batchAxes: readonly number[]
  readonly freeAxes: readonly number[]
  readonly sumAxis: number
  /** Length of the summed axis. */
  readonly depth: number
}

export function lowerDot(
  graph: GraphBuilder,
  { left, right, shape }: { readonly left: TensorView; readonly right: TensorView; readonly shape: readonly number[] },
): TensorView {
  if (left.constant === 0 || right.constant === 0) return constantView(graph, left.dtype, { shape, value: 0 })
  const rank = Math.max(left.shape.length, right.shape.length)
  const sumAxis = rank - 1
  const a0 = withRank(left, rank)
  const b0 = withRank(right, rank)
  const depth = Math.max(at(a0.shape, sumAxis), at(b0.shape, sumAxis))
  const a = withSumAxis(graph, a0, depth)
  const b = withSumAxis(graph, b0, depth)
  const axes = Array.from({ length: sumAxis }, (_, axis) => axis)
  const inA = axes.filter((axis) => at(a.order, axis) >= 0)
  const inB = axes.filter((axis) => at(b.order, axis) >= 0)
  const batchAxes = inA.filter((axis) => inB.includes(axis))
  const rows = inA.filter((axis) => !inB.includes(axis))
  const columns = inB.filter((axis) => !inA.includes(axis))
  const arrangedA = arrange(graph, a, { layout: { batchAxes, freeAxes: rows, sumAxis, depth }, prefersSumLast: true })
  const arrangedB = arrange(graph, b, {
    layout: { batchAxes, freeAxes: columns, sumAxis, depth },
    prefersSumLast: false,
  })
  const source = matrixProduct(graph, { a: arrangedA, b: arrangedB, isBatched: batchAxes.length > 0 })
  const sizes = (view: TensorView, list: readonly number[]): number[] => list.map((axis) => extentOf(view, axis))
  const extents = [...sizes(a, batchAxes), ...sizes(a, rows), ...sizes(b, columns)]
  const memoryAxes = [...batchAxes, ...rows, ...columns]
  const matrix = [product(sizes(a, rows)), product(sizes(b, columns))]
  return {
    source,
    sourceShape: batchAxes.length > 0 ? [product(sizes(a, batchAxes)), ...matrix] : matrix,
    extents,
    order: axes.map((axis) => memoryAxes.indexOf(axis)),
    shape,
    dtype: left.dtype,
  }
}

function matrixProduct(
  graph: GraphBuilder,
  { a, b, isBatched }: { readonly a: Arranged; readonly b: Arranged; readonly isBatched: boolean },
): string {
  const transposesA = !a.sumsOverLast
  const transposesB = b.sumsOverLast
  const names = [a.name, b.name]
  if (!transposesA && !transposesB) return graph.node('MatMul', names)
  const attributes = { transA: { int: Number(transposesA) }, transB: { int: Number(transposesB) } }
  if (!isBatched) return graph.node('Gemm', names, { attributes })
  return graph.node('FusedMatMul', names, { attributes, domain: 'com.microsoft' })
}

const extentOf = (view: TensorView, axis: number): number => at(view.extents, at(view.order, axis))

function withRank(view: TensorView, rank: number): TensorView {
  const missing = rank - view.shape.length
  const ones = Array<number>(missing).fill(1)
  return { ...view, order: [...ones.map(() => -1), ...view.order], shape: [...ones, ...view.shape] }
}

/** Writes out the summed axis where it is broadcast. */
function withSumAxis(graph: GraphBuilder, view: TensorView, depth: number): TensorView {
  const sumAxis = view.shape.length - 1
  if (at(view.order, sumAxis) >= 0 || depth === 1) return view
  const stored = storedShape(view).with(sumAxis, depth)
  const source = graph.node('Expand', [materialised(graph, view), graph.integers(stored)])
  return tensorViewOf(source, { dtype: view.dtype, shape: view.shape.with(sumAxis, depth), stored })
}

/** The operand as [batch, free, summed] or [batch, summed, free], whichever needs no transpose. */
function arrange(
  graph: GraphBuilder,
  view: TensorView,
  { layout, prefersSumLast }: { readonly layout: Layout; readonly prefersSumLast: boolean },
): Arranged {
  const { batchAxes, freeAxes, sumAxis, depth } = layout
  const indices = (axes: readonly number[]): number[] => axes.map((axis) => at(view.order, axis))
  const sum = depth > 1 ? indices([sumAxis]) : []
  const sumLast = [...indices(batchAxes), ...indices(freeAxes), ...sum]
  const sumFirst = [...indices(batchAxes), ...sum, ...indices(freeAxes)]
  const free = product(freeAxes.map((axis) => extentOf(view, axis)))
  const batch = batchAxes.length > 0 ? [product(batchAxes.map((axis) => extentOf(view, axis)))] : []
  const shapeOf = (isLast: boolean): number[] => (isLast ? [...batch, free, depth] : [...batch, depth, free])
  for (const isLast of [true, false]) {
    const isAsStored = (isLast ? sumLast : sumFirst).every((index, i) => index === i)
    if (isAsStored)
      return {
        name: reshaped(graph, view.source, { from: view.sourceShape, to: shapeOf(isLast) }),
        sumsOverLast: isLast,
      }
  }
  const order = prefersSumLast ? sumLast : sumFirst
  const flat = reshaped(graph, view.source, { from: view.sourceShape, to: view.extents })
  const turned = graph.node('Transpose', [flat], { attributes: { perm: { ints: order } } })
  const from = order.map((index) => at(view.extents, index))
  return { name: reshaped(graph, turned, { from, to: shapeOf(prefersSumLast) }), sumsOverLast: prefersSumLast }
}
