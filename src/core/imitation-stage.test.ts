import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heldOutLoss, imitationStage } from './imitation-stage.ts'
import type { StepRecord } from './records.ts'

function records(losses: readonly (number | null)[]): StepRecord[] {
  return losses.map((loss, i) => ({
    version: 1,
    step: i + 1,
    metrics: loss === null ? { loss: 1 } : { [heldOutLoss]: loss },
  }))
}

test('a stage ends once the loss has not fallen for as many measurements as patience says', () => {
  const losses = [3, null, 2, 2.5, null, 2, 1]
  assert.deepEqual(imitationStage(records(losses), { steps: 7, patience: 2 }), { steps: 6, best: 3 })
  assert.deepEqual(imitationStage(records(losses), { steps: 7, patience: 3 }), { steps: 7, best: 7 })
  assert.deepEqual(imitationStage(records(losses), { steps: 7, patience: null }), { steps: 7, best: 7 })
})

test('what is not recorded yet, was not measured or belongs to later stages does not end it', () => {
  assert.deepEqual(imitationStage([], { steps: 9, patience: 1 }), { steps: 9, best: null })
  assert.deepEqual(imitationStage(records([null, null]), { steps: 2, patience: 1 }), { steps: 2, best: null })
  assert.deepEqual(imitationStage(records([2, 1, 5, 6]), { steps: 2, patience: 1 }), { steps: 2, best: 2 })
  assert.deepEqual(imitationStage(records([2, 3, 1]).toReversed(), { steps: 3, patience: 1 }), { steps: 2, best: 1 })
})
