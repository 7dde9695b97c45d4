import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Datum, ForwardBackwardOutput } from '../../../tinker/index.ts'
import { mergeOutputs, splitBatch } from './batches.ts'

function datum(length: number): Datum {
  return {
    model_input: { chunks: [{ type: 'encoded_text', tokens: new Int32Array(length) }] },
    loss_fn_inputs: { weights: { dtype: 'float32', data: new Float32Array(length), shape: [length] } },
  }
}

test('parts keep the order, lose nothing and stay within the limits unless one datum alone is larger', () => {
  const lengths = fc.array(fc.nat({ max: 200 }), { maxLength: 40 })
  const limits = fc.record({ data: fc.integer({ min: 1, max: 8 }), bytes: fc.integer({ min: 100, max: 2000 }) })
  fc.assert(
    fc.property(lengths, limits, (sizes, limit) => {
      const data = sizes.map(datum)
      const parts = splitBatch(data, limit)
      assert.deepEqual(parts.flat(), data)
      for (const part of parts) {
        const bytes = part.reduce(
          (sum, { loss_fn_inputs: inputs }) => sum + 8 * (inputs['weights']?.data.length ?? 0) + 64,
          0,
        )
        assert.ok(part.length <= limit.data)
        assert.ok(bytes <= limit.bytes || part.length === 1)
      }
    }),
  )
})

test('metrics of parts merge by what follows the colon of their names', () => {
  const part = (count: number, metrics: Record<string, number>): ForwardBackwardOutput => ({
    loss_fn_output_type: 't',
    loss_fn_outputs: Array.from({ length: count }, () => ({})),
    metrics,
  })
  const merged = mergeOutputs([
    part(1, { 'loss:sum': 1, 'kl:mean': 1, 'a:min': 3, 'a:max': 3, loss: 7, 'only:sum': 4 }),
    part(3, { 'loss:sum': 2, 'kl:mean': 5, 'a:min': 2, 'a:max': 9, loss: 8 }),
  ])
  assert.equal(merged.loss_fn_outputs.length, 4)
  assert.deepEqual(merged.metrics, { 'loss:sum': 3, 'kl:mean': 4, 'a:min': 2, 'a:max': 9, loss: 8, 'only:sum': 4 })
})
