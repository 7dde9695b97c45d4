import assert from 'node:assert/strict'
import { test } from 'node:test'
import { float32Tensor } from '../../tensor/index.ts'
import { createKeptStates } from './kept-states.ts'
import { packedBatches } from './packs.ts'

const batchOf = (...completion: number[]) => {
  const [batch] = packedBatches([{ prompt: [3, 4], completion }], { batchTokens: 64, attentionShare: 0 })
  if (batch === undefined) throw new Error('no batch')
  return batch
}

const states = [float32Tensor(new Float32Array(8), [8])]

test('states come back for the same batch once, and for no other', () => {
  const kept = createKeptStates(1000)
  kept.keep(batchOf(5, 6, 7), states)
  assert.equal(kept.take(batchOf(5, 7, 7)), null)
  assert.equal(kept.take(batchOf(5, 6, 7)), states)
  assert.equal(kept.take(batchOf(5, 6, 7)), null)
})

test('what does not fit is not kept', () => {
  const kept = createKeptStates(40)
  kept.keep(batchOf(5, 6, 7), states)
  kept.keep(batchOf(8, 6, 7), states)
  assert.equal(kept.take(batchOf(8, 6, 7)), null)
  assert.equal(kept.take(batchOf(5, 6, 7)), states)
})
