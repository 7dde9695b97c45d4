import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelConfig } from '../../models/index.ts'
import { float32Tensor, type TensorRuntime } from '../../tensor/index.ts'
import { createKeyValueCache } from './key-value-cache.ts'

const config = { layers: 1, hiddenSize: 4, heads: 2, keyValueHeads: 2, headSize: 2 } as ModelConfig
const runtime = { backend: { place: (tensor: object) => tensor } } as unknown as TensorRuntime

test('a full row, computed along after it has finished, writes into no other row or head', () => {
  const cache = createKeyValueCache(runtime, config, { rows: 2, length: 2 })
  const fresh = [1, 2].map((value) => float32Tensor(new Float32Array(8).fill(value), [2, 2, 1, 2]))
  cache.append(fresh, 2)
  cache.append(fresh, 2)
  const before = cache.tensors.map(({ data }) => Array.from(data))
  const other = [8, 9].map((value) => float32Tensor(new Float32Array(8).fill(value), [2, 2, 1, 2]))
  cache.append(other, 2)
  assert.deepEqual(
    cache.tensors.map(({ data }) => Array.from(data)),
    before,
  )
  assert.deepEqual([...cache.filled], [2, 2])
})
