/** Matrices kept in 8 bits with one scale a row: a quarter of the memory of float32. Functions see float32. */
import type { HostTensor, TensorType } from './host-tensor.ts'

export interface Int8Matrix {
  readonly dtype: 'int8'
  /** [out, in] */
  readonly shape: readonly number[]
  /** Row-major, -127 to 127. */
  readonly data: Int8Array
  /** Shape [out]; a number is its integer times its row's scale. */
  readonly scales: Float32Array
}

/** What a function can be compiled for. */
export interface InputSpec {
  readonly dtype: TensorType | Int8Matrix['dtype']
  readonly shape: readonly number[]
}

/** Rounds to the nearest of 255 steps between the row's largest number and its negative. @param tensor a matrix [out, in]. */
export function int8Matrix({ shape, data }: HostTensor): Int8Matrix {
  const [rows, width] = shape as [number, number]
  if (shape.length !== 2) throw new RangeError(`a matrix was expected, got shape [${shape.join(', ')}]`)
  const numbers = new Int8Array(data.length)
  const scales = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const start = row * width
    let largest = 0
    for (let i = start; i < start + width; i++) largest = Math.max(largest, Math.abs(data[i] as number))
    // A row of zeros has any scale.
    const scale = Math.fround(largest === 0 ? 1 : largest / 127)
    scales[row] = scale
    for (let i = start; i < start + width; i++) numbers[i] = Math.round((data[i] as number) / scale)
  }
  return { dtype: 'int8', shape, data: numbers, scales }
}

export function floatNumbers({ shape, data, scales }: Int8Matrix): Float32Array {
  const width = shape[1] as number
  return Float32Array.from(data, (value, i) => value * (scales[Math.floor(i / width)] as number))
}
