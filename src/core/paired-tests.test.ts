import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { holm, mcNemar, pairedDifference } from './paired-tests.ts'
import { randomFor } from './random.ts'

function assertNear(actual: number, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} within ${tolerance}`)
}

/** Outcomes with `onlyA` and `onlyB` disagreements among n. */
function outcomes(onlyA: number, onlyB: number, n: number): [a: number[], b: number[]] {
  return [
    Array.from({ length: n }, (_, i) => (i < onlyA ? 1 : 0)),
    Array.from({ length: n }, (_, i) => (i >= onlyA && i < onlyA + onlyB ? 1 : 0)),
  ]
}

test('the interval is Bonett and Price’s: one disagreement more on either side', () => {
  const { difference, low, high, n } = pairedDifference(...outcomes(20, 8, 100))
  const [first, second] = [21 / 102, 9 / 102]
  const half = 1.959963984540054 * Math.sqrt((first + second - (first - second) ** 2) / 102)
  assertNear(difference, 0.12)
  assert.equal(n, 100)
  assertNear(low, first - second - half)
  assertNear(high, first - second + half)
})

test('pairs that all agree do not make a difference of exactly 0', () => {
  const { difference, low, high } = pairedDifference([1, 1, 0], [1, 1, 0])
  assert.equal(difference, 0)
  assert.ok(low < -0.3 && high > 0.3)
})

test('lists of unequal length, empty lists and values outside [0, 1] are refused', () => {
  assert.throws(() => pairedDifference([1], [1, 0]), RangeError)
  assert.throws(() => pairedDifference([], []), RangeError)
  assert.throws(() => pairedDifference([2], [0]), RangeError)
  assert.throws(() => pairedDifference([Number.NaN], [0]), RangeError)
})

const share = fc.double({ min: 0, max: 1, noNaN: true })

test('the interval contains the difference, lies in [-1, 1] and changes sign with the order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 40 }), (pairs) => {
      const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)]
      const forth = pairedDifference(a, b)
      const back = pairedDifference(b, a)
      assert.ok(forth.low <= forth.difference + 1e-12 && forth.difference <= forth.high + 1e-12)
      assert.ok(forth.low >= -1 && forth.high <= 1 && forth.low < forth.high)
      assertNear(forth.difference, -back.difference)
      assertNear(forth.low, -back.high)
    }),
    { seed: 7 },
  )
})

test('the interval holds the true difference in at least 94 of 100 cases, at small n too', () => {
  const rng = randomFor(2, 'paired coverage')
  for (const n of [10, 60]) {
    let covered = 0
    for (let i = 0; i < 2000; i++) {
      const a = Array.from({ length: n }, () => (rng.next() < 0.6 ? 1 : 0))
      const b = a.map((value) => (rng.next() < 0.2 ? 1 - value : value))
      // E[a - b] = 0.6 - (0.6 * 0.8 + 0.4 * 0.2) = 0.04
      const { low, high } = pairedDifference(a, b)
      if (low <= 0.04 && high >= 0.04) covered += 1
    }
    assert.ok(covered >= 1880, `${covered} of 2000 at n = ${n}`)
  }
})

test('pairs of one cluster that are all alike count as one pair', () => {
  const [a, b] = outcomes(20, 8, 100)
  const thrice = (values: readonly number[]): number[] => values.flatMap((value) => [value, value, value])
  const clusters = thrice(a.map((_, i) => i))
  const [once, together] = [pairedDifference(a, b), pairedDifference(thrice(a), thrice(b), clusters)]
  assertNear(together.low, once.low)
  assertNear(together.high, once.high)
  assert.deepEqual([together.n, together.clusters], [300, 100])
  const apart = pairedDifference(thrice(a), thrice(b))
  assert.ok(apart.high - apart.low < 0.7 * (together.high - together.low))
})

test('the interval holds the true difference where questions come in clusters', () => {
  const rng = randomFor(3, 'clustered coverage')
  let covered = 0
  for (let i = 0; i < 2000; i++) {
    // 30 images with one to five questions; on half of the images a is better by 0.4, on the others worse by 0.2.
    const images = Array.from({ length: 30 }, () => ({ size: 1 + rng.integer(5), gain: rng.next() < 0.5 ? 0.4 : -0.2 }))
    const clusters = images.flatMap(({ size }, image) => Array.from({ length: size }, () => image))
    const a = clusters.map((image) => (rng.next() < 0.5 + (images[image]?.gain ?? 0) ? 1 : 0))
    const b = clusters.map(() => (rng.next() < 0.5 ? 1 : 0))
    const { low, high } = pairedDifference(a, b, clusters)
    if (low <= 0.1 && high >= 0.1) covered += 1
  }
  assert.ok(covered >= 1860 && covered <= 1980, `${covered} of 2000`)
})

test('what the pairs can show and how many are needed fit together', () => {
  const { difference, detectable, needed, n } = pairedDifference(...outcomes(14, 6, 400))
  assertNear(difference, 0.02)
  assert.ok(detectable > difference && (needed ?? 0) > n)
  assertNear(detectable * Math.sqrt(n / (needed ?? 1)), difference, 1e-5)
  const equal = pairedDifference([1, 0], [1, 0])
  assert.deepEqual([equal.needed, equal.detectable > 0], [null, true])
})

test('McNemar’s exact p is the binomial one (SciPy’s binomtest)', () => {
  assertNear(mcNemar(3, 7), 0.34375)
  assertNear(mcNemar(41, 20), 0.009853448195259268, 1e-12)
  assert.equal(mcNemar(0, 0), 1)
  assert.equal(mcNemar(5, 5), 1)
  assertNear(mcNemar(0, 6), 2 / 64)
})

test('Holm multiplies the smallest p by the number of tests and never lets the order turn round', () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005])
  ;[0.03, 0.06, 0.06, 0.02].forEach((expected, i) => {
    assertNear(adjusted[i] as number, expected)
  })
  assert.deepEqual(holm([]), [])
  assert.deepEqual(holm([0.6, 0.7]), [1, 1])
})

test('Holm never lowers a p-value and keeps their order', () => {
  fc.assert(
    fc.property(fc.array(share, { maxLength: 12 }), (values) => {
      const adjusted = holm(values)
      values.forEach((value, i) => {
        assert.ok((adjusted[i] as number) >= value && (adjusted[i] as number) <= 1)
        values.forEach((other, j) => {
          if (value < other) assert.ok((adjusted[i] as number) <= (adjusted[j] as number))
        })
      })
    }),
    { seed: 7 },
  )
})
