/**
 * Runs compiled functions with onnxruntime's CPU kernels. `run` blocks its thread while the graph runs: use it in a
 * worker. onnxruntime is loaded when the backend is made.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type {
  BackendOptions,
  CompiledFunction,
  DeviceTensor,
  InputTensor,
  TensorBackend,
  TensorFunction,
} from './backend.ts'
import { checkedFunction } from './checked-function.ts'
import type { HostTensor } from './host-tensor.ts'
import type { InputSpec } from './int8-matrix.ts'
import type { LoweredGraph } from './lowering/lower.ts'
import { traceToOnnx } from './trace.ts'

type OnnxRuntime = typeof import('onnxruntime-node')

/** The tensor as onnxruntime holds it, with its scales where it has some; made once, so that weights cost nothing to pass again. */
const handles = new WeakMap<InputTensor, readonly Tensor[]>()

export async function createOnnxBackend(options: BackendOptions): Promise<TensorBackend> {
  const runtime = await import('onnxruntime-node')
  return {
    name: 'onnxruntime',
    async compile(fn: TensorFunction, inputs: readonly InputSpec[]): Promise<CompiledFunction> {
      const graph = await traceToOnnx(fn, inputs)
      const session = await runtime.InferenceSession.create(graph.bytes, sessionOptions(options))
      return checkedFunction(inputs, {
        run: (tensors) => runSession(runtime, session, { graph, tensors }),
        release: () => session.release(),
      })
    },
    place: (tensor: HostTensor): DeviceTensor => ({ ...tensor }),
  }
}

/**
 * Threads wait only shortly for the next operator before they sleep: other work on the same cores (sandboxes, a
 * simulator) would otherwise halve the speed of both. Sessions take their buffers from the process's allocator, which
 * all of them share; an arena each would keep the activations of every shape for good.
 */
function sessionOptions(options: BackendOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    enableMemPattern: false,
    enableCpuMemArena: false,
    extra: { session: { intra_op: { spin_duration_us: '10' }, set_denormal_as_zero: '1' } },
  }
}

async function runSession(
  runtime: OnnxRuntime,
  session: InferenceSession,
  { graph, tensors }: { readonly graph: LoweredGraph; readonly tensors: readonly InputTensor[] },
): Promise<DeviceTensor[]> {
  const feeds: Record<string, Tensor> = {}
  const given = tensors.flatMap((tensor) => handlesOf(runtime, tensor))
  graph.inputs.forEach((name, i) => {
    feeds[name] = given[i] as Tensor
  })
  const results = await session.run(feeds)
  return graph.outputs.map((name) => fromHandle(results[name] as Tensor))
}

function handlesOf(runtime: OnnxRuntime, tensor: InputTensor): readonly Tensor[] {
  const known = handles.get(tensor)
  if (known !== undefined) return known
  const numbers = new runtime.Tensor(tensor.dtype, tensor.data, tensor.shape)
  const made =
    tensor.dtype === 'int8' ? [numbers, new runtime.Tensor(tensor.scales, [tensor.scales.length])] : [numbers]
  handles.set(tensor, made)
  return made
}

function fromHandle(handle: Tensor): DeviceTensor {
  if (handle.type !== 'float32' && handle.type !== 'int32') {
    throw new Error(`a compiled function returned ${handle.type}; only float32 and int32 leave the graph`)
  }
  const tensor = { dtype: handle.type, shape: handle.dims, data: handle.data as Float32Array | Int32Array }
  handles.set(tensor, [handle])
  return tensor
}
