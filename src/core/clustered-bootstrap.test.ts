import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clusteredMean, signFlipTest } from './clustered-bootstrap.ts'
import { detectableDifference, questionsNeeded } from './detectable-difference.ts'
import { randomFor } from './random.ts'

const key = ['test'] as const

test('the interval holds the mean, and the same key gives the same interval', () => {
  const value = fc.constantFrom(-1, -0.4, 0, 0.6, 1)
  fc.assert(
    fc.property(fc.array(fc.tuple(value, fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 60 }), (rows) => {
      const values = rows.map(([number]) => number)
      const clusters = rows.map(([, cluster]) => cluster)
      const once = clusteredMean(values, clusters, { key, resamples: 100 })
      assert.deepEqual(clusteredMean(values, clusters, { key, resamples: 100 }), once)
      assert.ok(once.low <= once.high && once.n === rows.length && once.clusters === new Set(clusters).size)
      const mean = values.reduce<number>((sum, number) => sum + number, 0) / values.length
      assert.equal(once.mean, mean)
    }),
    { numRuns: 50 },
  )
})

test('with a cluster for each value the standard error is deviation / sqrt(n)', () => {
  const rng = randomFor('values')
  const values = Array.from({ length: 400 }, () => rng.normal())
  const { standardError, deviation } = clusteredMean(
    values,
    values.map((_, i) => i),
    { key },
  )
  assert.ok(Math.abs(standardError / (deviation / Math.sqrt(400)) - 1) < 0.06)
})

test('values that are equal within clusters of ten count as one each: the standard error grows by sqrt(10)', () => {
  const rng = randomFor('clusters')
  const levels = Array.from({ length: 100 }, () => rng.normal())
  const values = levels.flatMap((level) => Array.from({ length: 10 }, () => level))
  const clusters = values.map((_, i) => Math.floor(i / 10))
  const apart = clusteredMean(
    values,
    values.map((_, i) => i),
    { key },
  )
  const together = clusteredMean(values, clusters, { key })
  assert.ok(Math.abs(together.standardError / apart.standardError / Math.sqrt(10) - 1) < 0.1)
})

test('of 300 comparisons of equals about 95 % of the intervals hold 0', () => {
  let held = 0
  for (let trial = 0; trial < 300; trial++) {
    const rng = randomFor('trial', trial)
    const values = Array.from({ length: 200 }, () => [-1, 0, 0, 0, 1][rng.integer(5)] as number)
    const clusters = values.map((_, i) => Math.floor(i / 2))
    const { low, high } = clusteredMean(values, clusters, { key: ['trial', trial], resamples: 400 })
    if (low <= 0 && high >= 0) held++
  }
  assert.ok(held >= 273 && held <= 297, String(held))
})

test('random signs tell a clear difference from none', () => {
  const rng = randomFor('signs')
  const none = Array.from({ length: 300 }, () => rng.integer(3) - 1)
  const clear = none.map((value) => (value === -1 && rng.next() < 0.5 ? 1 : value))
  const clusters = none.map((_, i) => i)
  assert.ok(signFlipTest(none, clusters, { key, permutations: 999 }) > 0.05)
  assert.equal(signFlipTest(clear, clusters, { key, permutations: 999 }), 1 / 1000)
  assert.equal(signFlipTest([0, 0, 0], [0, 1, 2], { key, permutations: 99 }), 1)
})

test('three equal differences have every sign the same in 2 of 8 flips', () => {
  const p = signFlipTest([0.2, 0.2, 0.2], [0, 1, 2], { key })
  assert.ok(Math.abs(p - 0.25) < 0.02, String(p))
})

test('a difference of 0.38 points at a deviation of 0.34 needs about 63,000 questions', () => {
  const needed = questionsNeeded(0.0038, 0.34)
  assert.ok(needed > 62_000 && needed < 64_000, String(needed))
  const detectable = detectableDifference(0.34 / Math.sqrt(needed))
  assert.ok(Math.abs(detectable - 0.0038) < 1e-6)
  assert.throws(() => questionsNeeded(0, 1), RangeError)
})

test('lists that do not belong together are refused', () => {
  assert.throws(() => clusteredMean([], [], { key }), RangeError)
  assert.throws(() => clusteredMean([1], [1, 2], { key }), RangeError)
})
