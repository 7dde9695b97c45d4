/**
 * Tensor engine: pure jax-js functions, compiled to ONNX graphs and run by onnxruntime (or by jax-js itself).
 * To use it: write functions of jax-js arrays, serve them from a worker module with `serveTensorWorker`, start that
 * module with `startTensorWorker` and call its methods. onnxruntime and jax-js load inside the worker only.
 */
export type { CompiledFunction, DeviceTensor, InputTensor, TensorBackend, TensorFunction } from './backend.ts'
export { elementCount, float32Tensor, type HostTensor, int32Tensor, type TensorSpec } from './host-tensor.ts'
export { type InputSpec, int8Matrix } from './int8-matrix.ts'
export { attention, cachedAttention, maskedScore, softmax } from './layers/attention.ts'
export { changeOf } from './layers/custom-gradient.ts'
export { blockedLinear, linear, type Projection } from './layers/linear.ts'
export { rmsNorm } from './layers/rms-norm.ts'
export { rotaryTable, rotate } from './layers/rotary.ts'
export { silu, swiglu } from './layers/swiglu.ts'
export {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsFile,
  tensorsInLayout,
} from './safetensors.ts'
export type { SessionCache } from './session-cache.ts'
export type { Jax } from './trace.ts'
export { trainedGradients } from './trained-gradients.ts'
export {
  accumulate,
  addLists,
  allTrained,
  applyGradients,
  encodeOptimizer,
  type NamedSpec,
  namedTensors,
  type StateLayout,
  type TrainedState,
  trainedState,
  type Weights,
} from './trained-state.ts'
export { startTensorWorker, type TensorWorker } from './worker-client.ts'
export { serveTensorWorker, type TensorRuntime, type WorkerMethods } from './worker-host.ts'
