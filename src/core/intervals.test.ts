import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { meanInterval, wilsonInterval } from './intervals.ts'
import { randomFor } from './random.ts'

function assertNear(actual: number, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} within ${tolerance}`)
}

test('Wilson’s interval is the one that SciPy gives', () => {
  const [low, high] = wilsonInterval(7, 20)
  assertNear(low, 0.1811918241010821)
  assertNear(high, 0.5671457233147637)
  const [none, some] = wilsonInterval(0, 10)
  assert.equal(none, 0)
  assertNear(some, 0.27753279986288926)
})

test('nothing is known of a rate that was never tried', () => {
  assert.deepEqual(wilsonInterval(0, 0), [0, 1])
})

test('impossible counts are refused', () => {
  assert.throws(() => wilsonInterval(3, 2), RangeError)
  assert.throws(() => wilsonInterval(-1, 2), RangeError)
  assert.throws(() => wilsonInterval(Number.NaN, 2), RangeError)
})

test('Wilson’s interval lies in [0, 1], contains the rate and mirrors', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
      const successes = Math.round(n * share)
      const [low, high] = wilsonInterval(successes, n)
      assert.ok(low >= 0 && high <= 1 && low < high)
      assert.ok(low <= successes / n && successes / n <= high)
      const [mirroredLow, mirroredHigh] = wilsonInterval(n - successes, n)
      assertNear(mirroredLow, 1 - high)
      assertNear(mirroredHigh, 1 - low)
    }),
    { seed: 7 },
  )
})

test('the mean’s interval is Student’s', () => {
  const { mean, low, high, n } = meanInterval([1, 2, 3, 4])
  assert.equal(mean, 2.5)
  assert.equal(n, 4)
  assertNear(high - mean, (3.182446305284263 * Math.sqrt(5 / 3)) / 2, 1e-9)
  assertNear(mean - low, high - mean)
})

test('one value has an infinite interval, and none is an error', () => {
  assert.deepEqual(meanInterval([3]), {
    mean: 3,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
    n: 1,
  })
  assert.throws(() => meanInterval([]), RangeError)
})

test('the mean’s interval holds the true mean in about 95 of 100 cases', () => {
  const rng = randomFor(1, 'mean coverage')
  let covered = 0
  for (let i = 0; i < 2000; i++) {
    const { low, high } = meanInterval(Array.from({ length: 8 }, () => rng.normal()))
    if (low <= 0 && high >= 0) covered += 1
  }
  assert.ok(covered > 1860 && covered < 1940, `${covered} of 2000`)
})
