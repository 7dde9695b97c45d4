/** Elementwise operators. Layouts are kept where operands agree, so that a transpose is not written out for a sum. */
import type { GraphBuilder } from '../onnx/graph-builder.ts'
import { type Attributes, type OnnxType, onnxTypeCode } from '../onnx/protobuf.ts'
import { softmaxInput } from './patterns.ts'
import {
  broadcastShape,
  constantView,
  hasSameLayout,
  isInMemoryOrder,
  operand,
  reshaped,
  resultView,
  sameNumbers,
  storedShape,
  type TensorView,
} from './view.ts'

interface BinaryOptions {
  readonly shape: readonly number[]
  readonly dtype: OnnxType
  readonly attributes?: Attributes
}

/** `view` seen with a broadcast shape; null when that would need more than a change of name. */
function seenAs(view: TensorView, shape: readonly number[]): TensorView | null {
  return sameNumbers(view.shape, shape) ? view : null
}

export function lowerBinary(
  graph: GraphBuilder,
  operator: string,
  { a, b, options }: { readonly a: TensorView; readonly b: TensorView; readonly options: BinaryOptions },
): TensorView {
  const { shape, dtype } = options
  const extra = options.attributes === undefined ? {} : { attributes: options.attributes }
  const isScalar = (view: TensorView): boolean => view.extents.length === 0
  const scalarName = (view: TensorView): string => reshaped(graph, view.source, { from: view.sourceShape, to: [] })
  if (!isInMemoryOrder(a) && sameNumbers(a.shape, shape) && (isScalar(b) || hasSameLayout(a, b))) {
    const right = isScalar(b) ? scalarName(b) : reshaped(graph, b.source, { from: b.sourceShape, to: a.sourceShape })
    return withSource(a, graph.node(operator, [a.source, right], extra), dtype)
  }
  if (!isInMemoryOrder(b) && sameNumbers(b.shape, shape) && isScalar(a)) {
    return withSource(b, graph.node(operator, [scalarName(a), b.source], extra), dtype)
  }
  const left = operand(graph, a)
  const right = operand(graph, b)
  const stored = isScalar(a) && isScalar(b) ? [] : broadcastShape(left.shape, right.shape)
  return resultView(graph.node(operator, [left.name, right.name], extra), { dtype, shape, stored })
}

export function lowerUnary(
  graph: GraphBuilder,
  operator: string,
  { view, attributes = {} }: { readonly view: TensorView; readonly attributes?: Attributes | undefined },
): TensorView {
  return withSource(view, graph.node(operator, [view.source], { attributes }), view.dtype)
}

function withSource(view: TensorView, source: string, dtype: OnnxType): TensorView {
  const { constant: _, ...rest } = view
  return { ...rest, source, dtype }
}

/** Sum; x + 0 is x and x - x is 0 (the value side of a custom gradient, see `custom-gradient.ts`). */
export function lowerAdd(
  graph: GraphBuilder,
  { a, b, options }: { readonly a: TensorView; readonly b: TensorView; readonly options: BinaryOptions },
): TensorView {
  if (options.dtype === 'bool') return lowerBinary(graph, 'Or', { a, b, options })
  if (b.constant === 0) {
    const same = seenAs(a, options.shape)
    if (same !== null) return same
  }
  if (a.constant === 0) {
    const same = seenAs(b, options.shape)
    if (same !== null) return same
  }
  if (isNegationOf(graph, b, a) || isNegationOf(graph, a, b)) {
    return constantView(graph, options.dtype, { shape: options.shape, value: 0 })
  }
  const subtrahend = negated(graph, b)
  if (subtrahend !== null) return lowerBinary(graph, 'Sub', { a, b: subtrahend, options })
  const other = negated(graph, a)
  if (other !== null) return lowerBinary(graph, 'Sub', { a: b, b: other, options })
  return lowerBinary(graph, 'Add', { a, b, options })
}

function isNegationOf(graph: GraphBuilder, negative: TensorView, view: TensorView): boolean {
  const producer = graph.producer(negative.source)
  return producer?.operator === 'Neg' && producer.inputs[0] === view.source && hasSameLayout(negative, view)
}

function negated(graph: GraphBuilder, view: TensorView): TensorView | null {
  const producer = graph.producer(view.source)
  const source = producer?.operator === 'Neg' ? producer.inputs[0] : undefined
  return source === undefined ? null : { ...view, source }
}

/** Product; x * 1 is x, x * 0 is 0, and exp(x - max) * (1 / sum) is one Softmax. */
export function lowerMultiply(
  graph: GraphBuilder,
  { a, b, options }: { readonly a: TensorView; readonly b: TensorView; readonly options: BinaryOptions },
): TensorView {
  if (options.dtype === 'bool') return lowerBinary(graph, 'And', { a, b, options })
  if (a.constant === 0 || b.constant === 0)
    return constantView(graph, options.dtype, { shape: options.shape, value: 0 })
  if (b.constant === 1) {
    const same = seenAs(a, options.shape)
    if (same !== null) return same
  }
  if (a.constant === 1) {
    const same = seenAs(b, options.shape)
    if (same !== null) return same
  }
  const logits = softmaxInput(graph, a, b)
  if (logits !== null) {
    const softmax = graph.node('Softmax', [logits], { attributes: { axis: { int: -1 } } })
    return resultView(softmax, { dtype: options.dtype, shape: options.shape, stored: storedShape(a) })
  }
  return lowerBinary(graph, 'Mul', { a, b, options })
}

export function lowerCast(graph: GraphBuilder, view: TensorView, dtype: OnnxType): TensorView {
  if (view.dtype === dtype) return view
  const source = graph.node('Cast', [view.source], { attributes: { to: { int: onnxTypeCode[dtype] } } })
  return { ...view, source, dtype }
}

const comparisons: Readonly<Record<string, string>> = {
  less: 'Less',
  equal: 'Equal',
  less_equal: 'LessOrEqual',
  not_equal: 'Equal',
}

/** A number compared with an integer array is traced as float32; ONNX wants one type. */
function withTypeOf(graph: GraphBuilder, view: TensorView, other: TensorView): TensorView {
  if (view.constant === undefined || view.dtype === other.dtype) return view
  return constantView(graph, other.dtype, { shape: view.shape, value: view.constant })
}

export function lowerCompare(
  graph: GraphBuilder,
  kind: string,
  { a, b, shape }: { readonly a: TensorView; readonly b: TensorView; readonly shape: readonly number[] },
): TensorView {
  const operator = comparisons[kind]
  if (operator === undefined) throw new Error(`comparison ${kind} has no ONNX lowering`)
  const left = withTypeOf(graph, a, b)
  const right = withTypeOf(graph, b, a)
  const result = lowerBinary(graph, operator, { a: left, b: right, options: { shape, dtype: 'bool' } })
  return kind === 'not_equal' ? lowerUnary(graph, 'Not', { view: result }) : result
}

export function lowerWhere(graph: GraphBuilder, inputs: readonly TensorView[], options: BinaryOptions): TensorView {
  const operands = inputs.map((view) => operand(graph, view))
  const stored = broadcastShape(...operands.map(({ shape }) => shape))
  const source = graph.node(
    'Where',
    operands.map(({ name }) => name),
  )
  return resultView(source, { dtype: options.dtype, shape: options.shape, stored })
}
