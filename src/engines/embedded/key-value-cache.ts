/**
 * Keys and values of the positions seen so far: one buffer [B, K, T, size] for k and one for v of every layer, each row
 * filled to its own length. Rows move to a smaller or longer cache when others are done or it is full.
 */

import type { ModelConfig } from '../../models/index.ts'
import type { DeviceTensor, TensorRuntime } from '../../tensor/index.ts'
import { float32Tensor, maskedScore } from '../../tensor/index.ts'

export interface KeyValueCache {
  readonly rows: number
  readonly length: number
  /** k and v of every layer in turn. */
  readonly tensors: readonly DeviceTensor[]
  /** [B, T]: 0 where filled. */
  readonly mask: DeviceTensor
  /** Filled positions of each row. */
  readonly filled: Int32Array
  /**
   * Writes new keys and values, [B, K, 1, size] each, of the first `live` rows at the end of what they have. A row that
   * is full stays as it is: it is one that is finished and computed along.
   */
  append(fresh: readonly DeviceTensor[], live: number): void
  /** Fills row `row` from row `from` of tensors [U, K, P, size]. */
  fill(row: number, source: readonly DeviceTensor[], from: { readonly row: number; readonly length: number }): void
}

export function createKeyValueCache(
  runtime: TensorRuntime,
  config: ModelConfig,
  { rows, length }: { readonly rows: number; readonly length: number },
): KeyValueCache {
  const heads = config.keyValueHeads
  const size = config.headSize
  const place = (data: Float32Array, shape: readonly number[]): DeviceTensor =>
    runtime.backend.place(float32Tensor(data, shape))
  const buffers = Array.from({ length: 2 * config.layers }, () => new Float32Array(rows * heads * length * size))
  const maskData = new Float32Array(rows * length).fill(maskedScore)
  const filled = new Int32Array(rows)
  return {
    rows,
    length,
    tensors: buffers.map((buffer) => place(buffer, [rows, heads, length, size])),
    mask: place(maskData, [rows, length]),
    filled,
    append(fresh, live) {
      buffers.forEach((buffer, i) => {
        const data = (fresh[i] as DeviceTensor).data
        for (let row = 0; row < live; row++) {
          if ((filled[row] as number) >= length) continue
          for (let head = 0; head < heads; head++) {
            const from = (row * heads + head) * size
            const to = ((row * heads + head) * length + (filled[row] as number)) * size
            for (let k = 0; k < size; k++) buffer[to + k] = data[from + k] as number
          }
        }
      })
      for (let row = 0; row < live; row++) {
        if ((filled[row] as number) >= length) continue
        maskData[row * length + (filled[row] as number)] = 0
        filled[row] = (filled[row] as number) + 1
      }
    },
    fill(row, source, from) {
      buffers.forEach((buffer, i) => {
        const { data, shape } = source[i] as DeviceTensor
        const stride = shape[2] as number
        for (let head = 0; head < heads; head++) {
          const start = (from.row * heads + head) * stride * size
          const part = (data as Float32Array).subarray(start, start + from.length * size)
          buffer.set(part, (row * heads + head) * length * size)
        }
      })
      maskData.fill(0, row * length, row * length + from.length)
      filled[row] = from.length
    },
  }
}
