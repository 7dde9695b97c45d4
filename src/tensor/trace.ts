/** Tracing of jax-js functions: shapes in, Jaxpr and the arrays it closes over out. Loads jax-js on first use. */
import type { numpy } from '@jax-js/jax'
import type { TensorFunction } from './backend.ts'
import type { InputSpec } from './int8-matrix.ts'
import { type LoweredGraph, lower, onnxType, type TracedConstant } from './lowering/lower.ts'

export type Jax = typeof import('@jax-js/jax')

let loading: Promise<Jax> | undefined

/** jax-js on its WebAssembly device. */
export function loadJax(): Promise<Jax> {
  loading ??= import('@jax-js/jax').then(async (jax) => {
    await jax.init('wasm')
    jax.defaultDevice('wasm')
    return jax
  })
  return loading
}

/** The ONNX graph of `fn` for inputs of the given shapes. */
export async function traceToOnnx(fn: TensorFunction, inputs: readonly InputSpec[]): Promise<LoweredGraph> {
  const jax = await loadJax()
  const examples = inputs.map(({ dtype, shape }) =>
    jax.numpy.zeros([...shape], { dtype: dtype === 'int32' ? jax.DType.Int32 : jax.DType.Float32 }),
  )
  const { jaxpr: closed } = jax.makeJaxpr(fn)(...examples)
  const constants: TracedConstant[] = []
  for (const tracer of closed.consts) {
    const array = tracer as unknown as numpy.Array
    constants.push({ dtype: onnxType(array.dtype), shape: array.shape, bytes: await constantBytes(jax, array) })
  }
  const isInt8 = inputs.map(({ dtype }) => dtype === 'int8')
  const graph = lower(closed.jaxpr, constants, isInt8)
  closed.dispose()
  return graph
}

/** Elements from which a constant is checked for being one number before it is written out. */
const largeConstant = 2 ** 16

/**
 * The constant's bytes; those of one element where all are equal. jax-js keeps the many zeros of gradients unwritten:
 * a maximum and a minimum over them need no memory.
 */
async function constantBytes(jax: Jax, array: numpy.Array): Promise<Uint8Array> {
  const bytesOf = async (values: numpy.Array): Promise<Uint8Array> => {
    const data = await values.data()
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  }
  if (array.size < largeConstant || array.dtype === 'bool') return bytesOf(array.ref)
  const largest = await bytesOf(jax.numpy.max(array.ref))
  const smallest = await bytesOf(jax.numpy.min(array.ref))
  return Buffer.compare(largest, smallest) === 0 ? largest : bytesOf(array.ref)
}
