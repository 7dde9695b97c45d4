import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clusteredRate, type RateCluster, rateByProblem } from './clustered-rate.ts'
import { betaQuantile } from './distributions.ts'
import { wilsonInterval } from './intervals.ts'
import { type Rng, randomFor } from './random.ts'

/** One of 200 equally likely rates of a problem, beta distributed with this mean; `alike` is their intraclass correlation. */
function problemRates(mean: number, alike: number): readonly number[] {
  if (alike === 0) return [mean]
  const size = 1 / alike - 1
  return Array.from({ length: 200 }, (_, i) => betaQuantile((i + 0.5) / 200, mean * size, (1 - mean) * size))
}

function groupOf(rates: readonly number[], rollouts: number, rng: Rng): RateCluster {
  const rate = rng.pick(rates)
  return { right: Array.from({ length: rollouts }, () => rng.next() < rate).filter(Boolean).length, trials: rollouts }
}

for (const alike of [0, 0.1, 0.4, 0.8, 0.97])
  for (const [problems, rollouts] of [
    [16, 4],
    [16, 8],
    [100, 8],
    [400, 1],
    [400, 4],
  ] as const)
    test(`of ${problems} problems with ${rollouts} rollouts (correlation ${alike}) the interval holds the true rate in about 95 of 100 cases`, () => {
      const rng = randomFor('coverage', alike, problems, rollouts)
      let covered = 0
      const repeats = problems === 400 ? 60 : 150
      const means = [0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9]
      for (const mean of means) {
        const rates = problemRates(mean, alike)
        const truth = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
        for (let i = 0; i < repeats; i++) {
          const { low, high } = clusteredRate(Array.from({ length: problems }, () => groupOf(rates, rollouts, rng)))
          if (low <= truth && truth <= high) covered += 1
        }
      }
      const share = covered / (repeats * means.length)
      assert.ok(share >= 0.92 && share <= 0.99, `${(share * 100).toFixed(1)} %`)
    })

test('an interval that takes rollouts of one problem as independent would hold the rate in under 80 of 100 cases', () => {
  const rng = randomFor('independent')
  const rates = problemRates(0.5, 0.4)
  let covered = 0
  for (let i = 0; i < 500; i++) {
    const groups = Array.from({ length: 16 }, () => groupOf(rates, 8, rng))
    const [low, high] = wilsonInterval(
      groups.reduce((sum, { right }) => sum + right, 0),
      128,
    )
    if (low <= 0.5 && 0.5 <= high) covered += 1
  }
  assert.ok(covered < 400, `${covered} of 500`)
})

test('one rollout a problem is Wilson’s interval', () => {
  const clusters = Array.from({ length: 20 }, (_, i) => ({ right: i < 7 ? 1 : 0, trials: 1 }))
  const { low, high, n } = clusteredRate(clusters)
  const [expectedLow, expectedHigh] = wilsonInterval(7, 20)
  assert.ok(Math.abs(low - expectedLow) < 1e-12 && Math.abs(high - expectedHigh) < 1e-12)
  assert.equal(n, 20)
})

test('rollouts that all agree within their problem count as one each', () => {
  const { low, high } = clusteredRate(Array.from({ length: 20 }, (_, i) => ({ right: i < 7 ? 8 : 0, trials: 8 })))
  const [expectedLow, expectedHigh] = wilsonInterval(7, 20)
  assert.ok(Math.abs(low - expectedLow) < 1e-12 && Math.abs(high - expectedHigh) < 1e-12)
})

test('0 of 16 and 16 of 16 rollouts of four problems say as much as four trials', () => {
  const none = clusteredRate(Array.from({ length: 4 }, () => ({ right: 0, trials: 4 })))
  assert.deepEqual([none.low, none.high], wilsonInterval(0, 4))
  assert.deepEqual([none.n, none.trials], [4, 16])
  const all = clusteredRate(Array.from({ length: 4 }, () => ({ right: 4, trials: 4 })))
  assert.deepEqual([all.low, all.high], wilsonInterval(4, 4))
})

test('nothing tried is nothing known, and impossible counts are refused', () => {
  assert.deepEqual(clusteredRate([{ right: 0, trials: 0 }]), { value: 0, low: 0, high: 1, n: 0, trials: 0 })
  assert.throws(() => clusteredRate([{ right: 3, trials: 2 }]), RangeError)
  assert.throws(() => clusteredRate([{ right: Number.NaN, trials: 2 }]), RangeError)
})

test('the interval lies in [0, 1], holds the rate, is never empty, and lies between independent and all alike', () => {
  const cluster = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([trials, share]) => ({ right: Math.round(trials * share), trials }))
  const clusters = fc.array(cluster, { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(clusters, fc.constantFrom('equal' as const, 'trials' as const), (list, weighting) => {
      const { value, low, high, n, trials } = clusteredRate(list, weighting)
      assert.ok(low >= 0 && high <= 1 && low < high)
      assert.ok(low <= value + 1e-12 && value <= high + 1e-12)
      assert.ok(n === list.length && trials >= n)
      const mirrored = clusteredRate(
        list.map(({ right, trials: size }) => ({ right: size - right, trials: size })),
        weighting,
      )
      assert.ok(Math.abs(mirrored.low - (1 - high)) < 1e-9)
    }),
    { seed: 7 },
  )
})

test('each problem counts the same, and what could not be scored is left out', () => {
  const outcome = (problemId: string, isCorrect: boolean | null) => ({ problemId, isCorrect })
  const rate = rateByProblem([
    outcome('a', true),
    outcome('a', true),
    outcome('a', true),
    outcome('b', false),
    outcome('b', null),
    outcome('c', null),
  ])
  assert.deepEqual([rate.value, rate.n, rate.trials], [0.5, 2, 4])
})
