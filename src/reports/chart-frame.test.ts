import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stepTicks } from './chart-frame.ts'

test('an axis of steps names the first and the last step, and round ones that are not too close to them', () => {
  assert.deepEqual(stepTicks([1, 120], 8), [1, 20, 40, 60, 80, 100, 120])
  assert.deepEqual(stepTicks([0, 120], 8), [0, 20, 40, 60, 80, 100, 120])
  assert.deepEqual(stepTicks([1, 3], 8), [1, 2, 3])
  assert.deepEqual(stepTicks([7, 7], 8), [7])
  const ticks = stepTicks([1, 91], 8)
  assert.deepEqual([ticks[0], ticks.at(-1)], [1, 91])
  assert.ok(!ticks.includes(90))
})
