import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ratioOf, totalOf } from './ratio.ts'

test('the ratio is e to the log-ratio, which is also its slope', () => {
  for (const logRatio of [-20, -1, 0, 0.5, 20]) {
    assert.deepEqual(ratioOf(logRatio), { value: Math.exp(logRatio), slope: Math.exp(logRatio) })
  }
})

test('beyond 20 nats the ratio is constant', () => {
  assert.deepEqual(ratioOf(21), { value: Math.exp(20), slope: 0 })
  assert.deepEqual(ratioOf(Number.POSITIVE_INFINITY), { value: Math.exp(20), slope: 0 })
  assert.deepEqual(ratioOf(-21), { value: Math.exp(-20), slope: 0 })
})

test('a total is the sum of the entries', () => {
  assert.equal(totalOf([]), 0)
  assert.equal(totalOf(Float64Array.of(1, 2, 3.5)), 6.5)
})
