import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { microBatches, scoredOffset } from './micro-batches.ts'

const options = { microBatchTokens: 512, contextLength: 256, leastPositions: 64 }

const tokens = (max: number) => fc.array(fc.integer({ min: 2, max: 90 }), { minLength: 1, maxLength: max })

test('every sequence lies in one micro-batch, whole and at its place, within the bounds of shape', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ prompt: tokens(60), completion: tokens(150) }), { maxLength: 20 }),
      (sequences) => {
        const seen: number[] = []
        for (const { shape, members, tokens: inputs, targets } of microBatches(sequences, options)) {
          assert.equal(inputs.length, shape.rows * shape.length)
          assert.equal(targets.length, shape.rows * (shape.length - shape.from))
          assert.ok(shape.rows * (shape.length - shape.from) >= options.leastPositions)
          members.forEach((index, row) => {
            seen.push(index)
            const { prompt, completion } = sequences[index] as (typeof sequences)[0]
            const all = [...prompt, ...completion]
            const start = row * shape.length
            assert.deepEqual([...inputs.subarray(start, start + all.length - 1)], all.slice(0, -1))
            const offset = scoredOffset(shape, row, prompt.length)
            assert.deepEqual([...targets.subarray(offset, offset + completion.length)], completion)
            assert.ok(offset + completion.length <= (row + 1) * (shape.length - shape.from))
          })
        }
        assert.deepEqual(
          seen.toSorted((a, b) => a - b),
          sequences.map((_, i) => i),
        )
      },
    ),
  )
})

test('a batch of rollouts needs few shapes', () => {
  const sequences = Array.from({ length: 128 }, (_, i) => ({
    prompt: Array<number>(24 + (i % 20)).fill(3),
    completion: Array<number>(60 + ((i * 37) % 100)).fill(4),
  }))
  const shapes = microBatches(sequences, { ...options, microBatchTokens: 2048 }).map(({ shape }) =>
    JSON.stringify(shape),
  )
  assert.ok(new Set(shapes).size <= 9, [...new Set(shapes)].join())
})
