/** Tensors as plain typed arrays: what crosses files, threads and backends. Holds no device memory and computes nothing. */

export type TensorType = 'float32' | 'int32'

interface Float32Tensor {
  readonly dtype: 'float32'
  readonly shape: readonly number[]
  /** Row-major. */
  readonly data: Float32Array
}

interface Int32Tensor {
  readonly dtype: 'int32'
  readonly shape: readonly number[]
  /** Row-major. */
  readonly data: Int32Array
}

export type HostTensor = Float32Tensor | Int32Tensor

/** Type and shape without the numbers: what a function is compiled for. */
export interface TensorSpec {
  readonly dtype: TensorType
  readonly shape: readonly number[]
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1)
}

/** A float32 tensor; throws when data and shape do not fit. Takes ownership of `data`, without a copy. */
export function float32Tensor(data: Float32Array, shape: readonly number[]): Float32Tensor {
  checkSize(data.length, shape)
  return { dtype: 'float32', shape, data }
}

/** An int32 tensor; throws when data and shape do not fit. Takes ownership of `data`, without a copy. */
export function int32Tensor(data: Int32Array, shape: readonly number[]): Int32Tensor {
  checkSize(data.length, shape)
  return { dtype: 'int32', shape, data }
}

function checkSize(length: number, shape: readonly number[]): void {
  if (length !== elementCount(shape)) throw new RangeError(`${length} numbers do not fill shape [${shape.join(', ')}]`)
}
