/**
 * What runs a compiled function. Two implementations: onnxruntime (`onnx-backend.ts`), and jax-js itself
 * (`jax-backend.ts`), slower, for machines that onnxruntime has no binary for, and as the oracle of the tests.
 */
import type { numpy } from '@jax-js/jax'
import type { HostTensor, TensorSpec } from './host-tensor.ts'
import type { InputSpec, Int8Matrix } from './int8-matrix.ts'

/** A tensor held by a backend: immutable, cheap to pass again, freed by the garbage collector. */
export interface DeviceTensor extends TensorSpec {
  /** Numbers in row-major order. Do not write to them: the backend may share the memory. */
  readonly data: Float32Array | Int32Array
}

export type InputTensor = DeviceTensor | Int8Matrix

/** A pure function of jax-js arrays. Its arguments are consumed, as jax-js's ownership rules have it. */
export type TensorFunction = (...inputs: numpy.Array[]) => numpy.Array[]

export interface CompiledFunction {
  /** Inputs of another number, shape or type than the function was compiled for are refused. They are not used up. */
  run(inputs: readonly InputTensor[]): Promise<DeviceTensor[]>
  /** Frees the session; the function refuses to run from then on. Released again, it does nothing. */
  release(): Promise<void>
}

export interface TensorBackend {
  readonly name: 'onnxruntime' | 'jax-js'
  /** Traces, lowers and prepares `fn` for inputs of these shapes. */
  compile(fn: TensorFunction, inputs: readonly InputSpec[]): Promise<CompiledFunction>
  /** The memory of `tensor` is shared where that is possible: do not write to it afterwards. */
  place(tensor: HostTensor): DeviceTensor
}

export interface BackendOptions {
  /** Threads of one operator; at least 1. */
  readonly threads: number
}
