/**
 * Lowers a traced jax-js function (`makeJaxpr`) to an ONNX model. One case a primitive; a primitive without a case is an
 * error that names it. Shapes are static.
 */
import type { Jaxpr } from '@jax-js/jax'
import { GraphBuilder } from '../onnx/graph-builder.ts'
import type { OnnxType } from '../onnx/protobuf.ts'
import { lowerDot } from './dot.ts'
import { lowerAdd, lowerBinary, lowerCast, lowerCompare, lowerMultiply, lowerUnary, lowerWhere } from './elementwise.ts'
import { type GatherParameters, lowerGather, lowerScatter, type ScatterParameters } from './indexing.ts'
import { sigmoidInput } from './patterns.ts'
import { lowerReduce } from './reduce.ts'
import {
  lowerBroadcast,
  lowerConcatenate,
  lowerFlip,
  lowerPad,
  lowerReshape,
  lowerShrink,
  lowerSplit,
  lowerTranspose,
} from './shape-operators.ts'
import { at, constantView, expanded, type TensorView, tensorViewOf } from './view.ts'

type Equation = Jaxpr['eqns'][number]
type Atom = Equation['inputs'][number]
type Variable = Equation['outBinders'][number]

/** An array that the traced function closes over. */
export interface TracedConstant {
  readonly dtype: OnnxType
  readonly shape: readonly number[]
  /** Of every element, or of one where all are equal. */
  readonly bytes: Uint8Array
}

export interface LoweredGraph {
  /** ModelProto. */
  readonly bytes: Uint8Array
  /** Names of the inputs, in the order of the function's arguments; two of one that comes as int8. */
  readonly inputs: readonly string[]
  /** Names of the outputs, in the order of the function's results. */
  readonly outputs: readonly string[]
  readonly nodeCount: number
}

const unaryOperators: Readonly<Record<string, string>> = {
  neg: 'Neg',
  floor: 'Floor',
  ceil: 'Ceil',
  sin: 'Sin',
  cos: 'Cos',
  asin: 'Asin',
  atan: 'Atan',
  exp: 'Exp',
  log: 'Log',
  erf: 'Erf',
  sqrt: 'Sqrt',
}

const binaryOperators: Readonly<Record<string, string>> = { idiv: 'Div', min: 'Min', max: 'Max' }

/**
 * @param constants values of the leading arguments of `traced`, in order.
 * @param isInt8 which of the other arguments come as int8 with a scale a row: two inputs of the graph each.
 */
export function lower(
  traced: Jaxpr,
  constants: readonly TracedConstant[],
  isInt8: readonly boolean[] = [],
): LoweredGraph {
  const jaxpr = traced.flatten().simplify()
  const graph = new GraphBuilder()
  const values = new Map<Variable, TensorView>()
  const inputs: string[] = []
  jaxpr.inBinders.forEach((variable, i) => {
    const { shape } = variable.aval
    const dtype = onnxType(variable.aval.dtype)
    const constant = constants[i]
    if (constant !== undefined) {
      values.set(variable, closedOver(graph, constant))
      return
    }
    if (isInt8[i - constants.length] === true) {
      const names = [graph.input('int8', shape), graph.input('float32', shape.slice(0, 1))]
      inputs.push(...names)
      const source = graph.node('DequantizeLinear', names, { attributes: { axis: { int: 0 } } })
      values.set(variable, tensorViewOf(source, { dtype, shape }))
      return
    }
    const name = graph.input(dtype, shape)
    inputs.push(name)
    values.set(variable, tensorViewOf(name, { dtype, shape }))
  })
  const read = (atom: Atom): TensorView => readAtom(graph, values, atom)
  for (const equation of jaxpr.eqns) {
    const results = lowerEquation(graph, equation, equation.inputs.map(read))
    equation.outBinders.forEach((variable, i) => {
      values.set(variable, at(results, i))
    })
  }
  const outputs = jaxpr.outs.map((atom) => {
    const view = read(atom)
    return graph.output(expanded(graph, view), view.dtype, view.shape)
  })
  return { ...graph.serialise(), inputs, outputs }
}

/** An array of one repeated number (jax-js makes many zeros in gradients) is kept as that number. */
function closedOver(graph: GraphBuilder, { dtype, shape, bytes }: TracedConstant): TensorView {
  const width = dtype === 'bool' ? 1 : 4
  // Uniform if it equals itself moved on by one number: a comparison of memory, as these arrays can be large.
  const isUniform =
    bytes.length > 0 && Buffer.compare(bytes.subarray(width), bytes.subarray(0, bytes.length - width)) === 0
  if (!isUniform) return tensorViewOf(graph.constant(dtype, shape, bytes), { dtype, shape })
  const first = new DataView(bytes.buffer, bytes.byteOffset, width)
  const value =
    dtype === 'float32' ? first.getFloat32(0, true) : dtype === 'bool' ? first.getUint8(0) : first.getInt32(0, true)
  return constantView(graph, dtype, { shape, value })
}

function readAtom(graph: GraphBuilder, values: ReadonlyMap<Variable, TensorView>, atom: Atom): TensorView {
  if ('value' in atom)
    return constantView(graph, onnxType(atom.aval.dtype), { shape: atom.aval.shape, value: Number(atom.value) })
  const view = values.get(atom)
  if (view === undefined) throw new Error('a traced value is used before it is computed')
  return view
}

export function onnxType(dtype: string): OnnxType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'uint32' || dtype === 'bool') return dtype
  throw new Error(`type ${dtype} has no ONNX lowering`)
}

function lowerEquation(graph: GraphBuilder, equation: Equation, inputs: readonly TensorView[]): TensorView[] {
  if (equation.primitive === 'split') {
    return lowerSplit(graph, at(inputs, 0), { axis: equation.params['axis'], sizes: equation.params['sizes'] })
  }
  const { shape, dtype } = at(equation.outBinders, 0).aval
  const result = lowerPrimitive(graph, equation, { inputs, result: { shape, dtype: onnxType(dtype) } })
  return [result]
}

function lowerPrimitive(
  graph: GraphBuilder,
  { primitive, params }: Equation,
  {
    inputs,
    result,
  }: {
    readonly inputs: readonly TensorView[]
    readonly result: { readonly shape: readonly number[]; readonly dtype: OnnxType }
  },
): TensorView {
  const a = at(inputs, 0)
  const b = inputs[1] ?? a
  const { shape } = result
  const unary = unaryOperators[primitive]
  if (unary !== undefined) return lowerUnary(graph, unary, { view: a })
  const binary = binaryOperators[primitive]
  if (binary !== undefined) return lowerBinary(graph, binary, { a, b, options: result })
  switch (primitive as string) {
    case 'add':
      return lowerAdd(graph, { a, b, options: result })
    case 'mul':
      return lowerMultiply(graph, { a, b, options: result })
    case 'mod':
      return lowerBinary(graph, 'Mod', { a, b, options: { ...result, attributes: { fmod: { int: 1 } } } })
    case 'reciprocal': {
      const logit = sigmoidInput(graph, a)
      return logit === null
        ? lowerUnary(graph, 'Reciprocal', { view: a })
        : lowerUnary(graph, 'Sigmoid', { view: { ...a, source: logit } })
    }
    case 'stop_gradient':
      return a
    case 'cast':
      return lowerCast(graph, a, result.dtype)
    case 'compare':
      return lowerCompare(graph, params['op'], { a, b, shape })
    case 'where':
      return lowerWhere(graph, inputs, result)
    case 'dot':
      return lowerDot(graph, { left: a, right: b, shape })
    case 'reduce':
      return lowerReduce(graph, params['op'], { view: a, axes: params['axis'], shape })
    case 'transpose':
      return lowerTranspose(a, params['perm'], shape)
    case 'broadcast':
      return lowerBroadcast(a, params['axis'], shape)
    case 'reshape':
      return lowerReshape(graph, a, shape)
    case 'flip':
      return lowerFlip(graph, a, params['axis'])
    case 'shrink':
      return lowerShrink(graph, a, { bounds: params['slice'], shape })
    case 'pad':
      return lowerPad(graph, a, { widths: params['width'], shape })
    case 'concatenate':
      return lowerConcatenate(graph, inputs, { axis: params['axis'], shape })
    case 'gather':
      return lowerGather(graph, inputs, { parameters: params as unknown as GatherParameters, shape })
    case 'scatter':
      return lowerScatter(graph, inputs, { parameters: params as unknown as ScatterParameters, shape })
    default:
      throw new Error(`primitive ${primitive} has no ONNX lowering`)
  }
}
