import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bootstrap } from './bootstrap.ts'
import { meanOf } from './moments.ts'
import { randomFor } from './random.ts'

const rng = randomFor(4, 'bootstrap test')
const values = Array.from({ length: 200 }, () => rng.normal())

test('the interval of a mean is close to the normal one and contains the estimate', () => {
  const { estimate, low, high } = bootstrap(values, meanOf, { key: [1] })
  assert.equal(estimate, meanOf(values))
  const half = 1.96 / Math.sqrt(200)
  assert.ok(Math.abs(estimate - low - half) < 0.03 && Math.abs(high - estimate - half) < 0.03)
})

test('the same key gives the same interval and another key another', () => {
  const first = bootstrap(values, meanOf, { key: [1, 'a'], resamples: 200 })
  assert.deepEqual(bootstrap(values, meanOf, { key: [1, 'a'], resamples: 200 }), first)
  assert.notDeepEqual(bootstrap(values, meanOf, { key: [1, 'b'], resamples: 200 }), first)
})

test('samples of one problem stand together: repeating them does not narrow the interval', () => {
  const mean = (clusters: readonly (readonly number[])[]): number => meanOf(clusters.flat())
  const single = bootstrap(
    values.map((value) => [value]),
    mean,
    { key: [2] },
  )
  const repeated = bootstrap(
    values.map((value) => [value, value, value, value]),
    mean,
    { key: [2] },
  )
  assert.ok(Math.abs(repeated.high - repeated.low - (single.high - single.low)) < 1e-9)
})

test('less confidence is a narrower interval', () => {
  const wide = bootstrap(values, meanOf, { key: [3] })
  const narrow = bootstrap(values, meanOf, { key: [3], confidence: 0.5 })
  assert.ok(narrow.low > wide.low && narrow.high < wide.high)
})

test('no clusters are an error', () => {
  assert.throws(() => bootstrap([], meanOf, { key: [1] }), RangeError)
})

test('each end leaves out half of what the confidence leaves over', () => {
  // The statistic is the first value drawn: its bootstrap distribution is the values themselves, 0 to 99.
  const { low, high } = bootstrap(
    Array.from({ length: 100 }, (_, i) => i),
    ([first]) => first as number,
    { key: [4], resamples: 20_000, confidence: 0.8 },
  )
  assert.ok(Math.abs(low - 10) <= 1 && Math.abs(high - 89) <= 1, `${low} to ${high}`)
})
