/** Recognises small subgraphs for which onnxruntime has one fused kernel. */
import type { GraphBuilder, GraphNode } from '../onnx/graph-builder.ts'
import { isInMemoryOrder, type TensorView } from './view.ts'

/** The node that computes `name`, looking through reshapes. */
function computed(graph: GraphBuilder, name: string | undefined): GraphNode | undefined {
  let node = name === undefined ? undefined : graph.producer(name)
  while (node?.operator === 'Reshape') node = graph.producer(node.inputs[0] ?? '')
  return node
}

const reducesLastAxisOnly = (node: GraphNode, rank: number, graph: GraphBuilder): boolean =>
  node.inputs[1] === graph.integers([rank - 1])

/**
 * For exp(x - max(x)) * (1 / sum(exp(x - max(x)))) over the last axis: the name of x. Null for anything else.
 */
export function softmaxInput(graph: GraphBuilder, exponentials: TensorView, reciprocal: TensorView): string | null {
  const rank = exponentials.shape.length
  if (!isInMemoryOrder(exponentials) || exponentials.sourceShape.length !== rank) return null
  const exp = graph.producer(exponentials.source)
  const inverse = computed(graph, reciprocal.source)
  if (exp?.operator !== 'Exp' || inverse?.operator !== 'Reciprocal') return null
  const sum = computed(graph, inverse.inputs[0])
  if (sum?.operator !== 'ReduceSum' || sum.inputs[0] !== exponentials.source) return null
  const shifted = graph.producer(exp.inputs[0] ?? '')
  const logits = shifted?.inputs[0]
  if (shifted?.operator !== 'Sub' || logits === undefined) return null
  const max = computed(graph, shifted.inputs[1])
  if (max?.operator !== 'ReduceMax' || max.inputs[0] !== logits) return null
  return reducesLastAxisOnly(sum, rank, graph) && reducesLastAxisOnly(max, rank, graph) ? logits : null
}

/** For 1 / (1 + exp(-x)): the name of x. Null for anything else. */
export function sigmoidInput(graph: GraphBuilder, denominator: TensorView): string | null {
  const sum = graph.producer(denominator.source)
  if (sum?.operator !== 'Add') return null
  const one = graph.scalar('float32', 1)
  const other = sum.inputs[0] === one ? sum.inputs[1] : sum.inputs[1] === one ? sum.inputs[0] : undefined
  const exp = graph.producer(other ?? '')
  const negative = exp?.operator === 'Exp' ? graph.producer(exp.inputs[0] ?? '') : undefined
  return negative?.operator === 'Neg' ? (negative.inputs[0] ?? null) : null
}
