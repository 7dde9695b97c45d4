/**
 * Lazy views: a value is an ONNX tensor plus how its axes are read. Transposes and broadcasts cost nothing until an
 * operator needs the numbers in another order; matrix products take most layouts as they are.
 */
import type { GraphBuilder } from '../onnx/graph-builder.ts'
import type { OnnxType } from '../onnx/protobuf.ts'

export interface TensorView {
  /** Name of the ONNX value that holds the numbers. */
  readonly source: string
  /** Its shape as ONNX sees it; the same numbers as `extents` with ones in between. */
  readonly sourceShape: readonly number[]
  /** Extents above 1 of the source, in memory order. */
  readonly extents: readonly number[]
  /** For each logical axis the index of its extent; -1 where the axis has size 1 or is broadcast. */
  readonly order: readonly number[]
  readonly shape: readonly number[]
  readonly dtype: OnnxType
  /** The number that every element is, where that is known. */
  readonly constant?: number
}

export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}

export function product(values: readonly number[]): number {
  return values.reduce((total, value) => total * value, 1)
}

/** Element of a list that is known to be there. */
export function at<T>(list: readonly T[], index: number): T {
  if (index < 0 || index >= list.length) throw new RangeError(`index ${index} of ${list.length}`)
  return list[index] as T
}

/** A view of a tensor stored in row-major order; `stored` has 1 where `shape` is broadcast. */
export function tensorViewOf(
  source: string,
  {
    dtype,
    shape,
    stored = shape,
  }: { readonly dtype: OnnxType; readonly shape: readonly number[]; readonly stored?: readonly number[] | undefined },
): TensorView {
  const extents: number[] = []
  const order = stored.map((extent) => (extent === 1 ? -1 : extents.push(extent) - 1))
  return { source, sourceShape: stored, extents, order, shape, dtype }
}

/** Every element is `value`. */
export function constantView(
  graph: GraphBuilder,
  dtype: OnnxType,
  { shape, value }: { readonly shape: readonly number[]; readonly value: number },
): TensorView {
  const source = graph.scalar(dtype, value)
  return { source, sourceShape: [], extents: [], order: shape.map(() => -1), shape, dtype, constant: value }
}

/** Shape with 1 in place of broadcast axes. */
export function storedShape(view: TensorView): number[] {
  return view.order.map((index) => (index < 0 ? 1 : at(view.extents, index)))
}

/** True when the axes are read in memory order. */
export function isInMemoryOrder(view: TensorView): boolean {
  return view.order.filter((index) => index >= 0).every((index, i) => index === i)
}

export function hasSameLayout(a: TensorView, b: TensorView): boolean {
  return sameNumbers(a.order, b.order) && sameNumbers(a.extents, b.extents) && sameNumbers(a.shape, b.shape)
}

export function reshaped(
  graph: GraphBuilder,
  name: string,
  { from, to }: { readonly from: readonly number[]; readonly to: readonly number[] },
): string {
  return sameNumbers(from, to) ? name : graph.node('Reshape', [name, graph.integers(to)])
}

/** The numbers in logical order, broadcast axes left at 1: shape `storedShape(view)`. */
export function materialised(graph: GraphBuilder, view: TensorView): string {
  const order = view.order.filter((index) => index >= 0)
  const target = storedShape(view)
  if (isInMemoryOrder(view)) return reshaped(graph, view.source, { from: view.sourceShape, to: target })
  const flat = reshaped(graph, view.source, { from: view.sourceShape, to: view.extents })
  const turned = graph.node('Transpose', [flat], { attributes: { perm: { ints: order } } })
  return reshaped(graph, turned, { from: order.map((index) => at(view.extents, index)), to: target })
}

/** The numbers in logical order with broadcast axes written out: shape `view.shape`. */
export function expanded(graph: GraphBuilder, view: TensorView): string {
  const name = materialised(graph, view)
  return sameNumbers(storedShape(view), view.shape) ? name : graph.node('Expand', [name, graph.integers(view.shape)])
}

/** For elementwise operators: a scalar stays a scalar, all else is `materialised`. */
export function operand(graph: GraphBuilder, view: TensorView): { name: string; shape: readonly number[] } {
  if (view.extents.length > 0) return { name: materialised(graph, view), shape: storedShape(view) }
  return { name: reshaped(graph, view.source, { from: view.sourceShape, to: [] }), shape: [] }
}

/** NumPy's broadcast of stored shapes. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  const result = Array<number>(rank).fill(1)
  for (const shape of shapes) {
    shape.forEach((extent, i) => {
      if (extent !== 1) result[rank - shape.length + i] = extent
    })
  }
  return result
}

/** View of an operator's result, whose ONNX shape `stored` may lack leading axes of `shape`. */
export function resultView(
  source: string,
  {
    dtype,
    shape,
    stored,
  }: { readonly dtype: OnnxType; readonly shape: readonly number[]; readonly stored: readonly number[] },
): TensorView {
  const leading = Array<number>(shape.length - stored.length).fill(1)
  return { ...tensorViewOf(source, { dtype, shape, stored: [...leading, ...stored] }), sourceShape: stored }
}
