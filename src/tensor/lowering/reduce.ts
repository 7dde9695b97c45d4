/** Sums, maxima, minima and products over axes. */
import type { GraphBuilder } from '../onnx/graph-builder.ts'
import { at, constantView, materialised, reshaped, storedShape, type TensorView, tensorViewOf } from './view.ts'

const operators: Readonly<Record<string, string>> = {
  Add: 'ReduceSum',
  Max: 'ReduceMax',
  Min: 'ReduceMin',
  Mul: 'ReduceProd',
}

/** A broadcast axis is not written out: its sum is a multiple, its maximum the value itself. */
export function lowerReduce(
  graph: GraphBuilder,
  kind: string,
  {
    view,
    axes,
    shape,
  }: { readonly view: TensorView; readonly axes: readonly number[]; readonly shape: readonly number[] },
): TensorView {
  const operator = operators[kind]
  const repeats = axes.reduce((n, axis) => n * (at(view.order, axis) < 0 ? at(view.shape, axis) : 1), 1)
  if (operator === undefined || (kind === 'Mul' && repeats > 1)) {
    throw new Error(`reduction ${kind} over ${repeats > 1 ? 'a broadcast axis' : 'an axis'} has no ONNX lowering`)
  }
  if (kind === 'Add' && view.constant === 0) return constantView(graph, view.dtype, { shape, value: 0 })
  const stored = storedShape(view)
  const kept = stored.filter((_, axis) => !axes.includes(axis))
  const real = axes.filter((axis) => at(view.order, axis) >= 0).toSorted((a, b) => a - b)
  let name = materialised(graph, view)
  if (real.length > 0) {
    name = graph.node(operator, [name, graph.integers(real)], { attributes: { keepdims: { int: 0 } } })
  }
  name = reshaped(graph, name, { from: stored.filter((_, axis) => !real.includes(axis)), to: kept })
  if (repeats > 1 && kind === 'Add') name = graph.node('Mul', [name, graph.scalar(view.dtype, repeats)])
  return tensorViewOf(name, { dtype: view.dtype, shape, stored: kept })
}
