/**
 * Rows picked by index (gather) and its gradient (scatter).
 * The gradient is never ScatterND with reduction `add`: onnxruntime loses updates of repeated indices there when it has
 * more than one thread. For small tables it is a product with one-hot rows, which uses all threads; for large ones
 * ScatterElements, which uses one.
 */
import type { GraphBuilder } from '../onnx/graph-builder.ts'
import { onnxTypeCode } from '../onnx/protobuf.ts'
import { at, expanded, product, reshaped, type TensorView, tensorViewOf } from './view.ts'

/** Rows of the table up to which the one-hot product is the faster gradient. */
const largestOneHotTable = 4096

export interface GatherParameters {
  readonly axis: readonly number[]
  readonly outDim: number
}

export interface ScatterParameters extends GatherParameters {
  readonly shape: readonly number[]
  readonly op: string
}

export function lowerGather(
  graph: GraphBuilder,
  inputs: readonly TensorView[],
  { parameters, shape }: { readonly parameters: GatherParameters; readonly shape: readonly number[] },
): TensorView {
  const axis = parameters.axis[0]
  if (inputs.length !== 2 || axis === undefined || parameters.outDim !== axis) {
    throw new Error('only a gather along one axis has an ONNX lowering')
  }
  const [table, index] = [at(inputs, 0), at(inputs, 1)]
  const names = [expanded(graph, table), expanded(graph, index)]
  return tensorViewOf(graph.node('Gather', names, { attributes: { axis: { int: axis } } }), {
    dtype: table.dtype,
    shape,
  })
}

export function lowerScatter(
  graph: GraphBuilder,
  inputs: readonly TensorView[],
  { parameters, shape }: { readonly parameters: ScatterParameters; readonly shape: readonly number[] },
): TensorView {
  if (inputs.length !== 2 || parameters.axis.length !== 1 || parameters.axis[0] !== 0 || parameters.outDim !== 0) {
    throw new Error('only a scatter along the first axis has an ONNX lowering')
  }
  const [updates, index] = [at(inputs, 0), at(inputs, 1)]
  const count = product(index.shape)
  const table = [at(parameters.shape, 0), product(parameters.shape.slice(1))]
  const width = at(table, 1)
  const rows = reshaped(graph, expanded(graph, updates), { from: updates.shape, to: [count, width] })
  if (parameters.op === 'add' && at(table, 0) <= largestOneHotTable && updates.dtype === 'float32') {
    const column = reshaped(graph, expanded(graph, index), { from: index.shape, to: [count, 1] })
    const all = Int32Array.from({ length: at(table, 0) }, (_, i) => i)
    const columns = graph.constant('int32', [1, all.length], new Uint8Array(all.buffer))
    const isHot = graph.node('Equal', [column, columns])
    const oneHot = graph.node('Cast', [isHot], { attributes: { to: { int: onnxTypeCode.float32 } } })
    const source = graph.node('Gemm', [oneHot, rows], { attributes: { transA: { int: 1 } } })
    return { ...tensorViewOf(source, { dtype: updates.dtype, shape }), sourceShape: table }
  }
  const column = reshaped(graph, expanded(graph, index), { from: index.shape, to: [count, 1] })
  const wide = graph.node('Cast', [column], { attributes: { to: { int: onnxTypeCode.int64 } } })
  const indices = graph.node('Expand', [wide, graph.integers([count, width])])
  const zeros = graph.node('Expand', [graph.scalar(updates.dtype, 0), graph.integers(table)])
  const source = graph.node('ScatterElements', [zeros, indices, rows], {
    attributes: { axis: { int: 0 }, ...(parameters.op === 'add' ? { reduction: { text: 'add' } } : {}) },
  })
  return { ...tensorViewOf(source, { dtype: updates.dtype, shape }), sourceShape: table }
}
