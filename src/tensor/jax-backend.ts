/**
 * Runs functions with jax-js's own WebAssembly kernels: correct and several times slower than onnxruntime.
 * Used where onnxruntime has no binary, and by tests as the oracle of the lowering.
 */
import type { CompiledFunction, DeviceTensor, InputTensor, TensorBackend, TensorFunction } from './backend.ts'
import { checkedFunction } from './checked-function.ts'
import type { HostTensor } from './host-tensor.ts'
import { floatNumbers, type InputSpec } from './int8-matrix.ts'
import { type Jax, loadJax } from './trace.ts'

export async function createJaxBackend(): Promise<TensorBackend> {
  const jax = await loadJax()
  return {
    name: 'jax-js',
    async compile(fn: TensorFunction, inputs: readonly InputSpec[]): Promise<CompiledFunction> {
      // Not jitted: jax-js cannot compile a scatter whose updates are computed in the same kernel.
      const run = (tensors: readonly InputTensor[]) => runEagerly(jax, fn, tensors)
      return checkedFunction(inputs, { run, release: async () => {} })
    },
    place: (tensor: HostTensor): DeviceTensor => ({ ...tensor }),
  }
}

async function runEagerly(jax: Jax, fn: TensorFunction, tensors: readonly InputTensor[]): Promise<DeviceTensor[]> {
  const arrays = tensors.map((tensor) => {
    const data = tensor.dtype === 'int8' ? floatNumbers(tensor) : tensor.data.slice()
    const dtype = tensor.dtype === 'int32' ? jax.DType.Int32 : jax.DType.Float32
    return jax.numpy.array(data as Float32Array<ArrayBuffer>, { dtype }).reshape([...tensor.shape])
  })
  const results: DeviceTensor[] = []
  for (const array of fn(...arrays)) {
    const { shape } = array
    const dtype = array.dtype === 'int32' ? 'int32' : 'float32'
    results.push({ dtype, shape, data: (await array.data()) as Float32Array | Int32Array })
  }
  return results
}
