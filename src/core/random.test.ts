import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashKey, type RandomKey, randomFor } from './random.ts'

const draws = (count: number, ...key: RandomKey): number[] => {
  const rng = randomFor(...key)
  return Array.from({ length: count }, () => rng.next())
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const keyPart = fc.oneof(fc.integer(), fc.string())

test('golden values: a key gives the same numbers in every version, since runs depend on it', () => {
  assert.equal(hashKey([]), 2850477702)
  assert.equal(hashKey([1, 'rollout', 2]), 1746054566)
  assert.deepEqual(
    draws(4, 17, 'sampling', 3),
    [0.516811623936519, 0.03371886070817709, 0.2867094848770648, 0.11292194598354399],
  )
  const rng = randomFor('golden')
  assert.deepEqual(
    [rng.integer(1000), rng.pick(['a', 'b', 'c']), rng.shuffle([1, 2, 3, 4, 5])],
    [549, 'c', [4, 2, 1, 3, 5]],
  )
  assert.ok(Math.abs(rng.normal() + 0.03516897894372852) < 1e-12)
})

test('the same key gives the same stream, whatever was drawn before', () => {
  fc.assert(
    fc.property(fc.array(keyPart, { maxLength: 4 }), fc.nat(20), (key, before) => {
      draws(before, 'another')
      assert.deepEqual(draws(5, ...key), draws(5, ...key))
    }),
  )
})

test('numbers and their texts, and parts that run together, are different keys', () => {
  const keys: RandomKey[] = [[1], ['1'], [1, 2], [12], ['1', '2'], ['12'], ['a', 'b'], ['ab'], ['b', 'a'], [''], []]
  assert.equal(new Set(keys.map(hashKey)).size, keys.length)
})

test('neighbouring keys do not collide more often than chance', () => {
  const hashes = new Set<number>()
  const count = 20_000
  for (let step = 0; step < 200; step++) for (let i = 0; i < 100; i++) hashes.add(hashKey([7, step, 'rollout', i]))
  // The expected number of collisions of 20,000 in 2^32 is 0.05.
  assert.ok(hashes.size >= count - 2, `${count - hashes.size} collisions`)
})

test('draws are uniform in [0, 1): moments and 16 bins', () => {
  const values = draws(64_000, 'uniform')
  assert.ok(values.every((value) => value >= 0 && value < 1))
  // Five standard errors: sqrt(1/12/n) and, of the square, sqrt(4/45/n).
  assert.ok(Math.abs(mean(values) - 1 / 2) < 5 * Math.sqrt(1 / 12 / values.length))
  assert.ok(Math.abs(mean(values.map((value) => value * value)) - 1 / 3) < 5 * Math.sqrt(4 / 45 / values.length))
  const bins = new Array<number>(16).fill(0)
  for (const value of values) bins[Math.floor(value * 16)] = (bins[Math.floor(value * 16)] as number) + 1
  const chiSquare = bins.reduce((sum, count) => sum + (count - 4000) ** 2 / 4000, 0)
  assert.ok(chiSquare < 44.3, `chi square ${chiSquare} of 15 degrees of freedom, p < 1e-4`)
})

test('the first draws of neighbouring keys are uniform and uncorrelated', () => {
  const first = Array.from({ length: 20_000 }, (_, i) => draws(1, 42, 'rollout', i)[0] as number)
  assert.ok(Math.abs(mean(first) - 0.5) < 5 * Math.sqrt(1 / 12 / first.length))
  const products = first.slice(1).map((value, i) => (value - 0.5) * ((first[i] as number) - 0.5))
  assert.ok(Math.abs(mean(products)) < 5 / 12 / Math.sqrt(products.length))
})

test('integers fill their range evenly and never leave it', () => {
  const rng = randomFor('integers')
  const counts = new Array<number>(7).fill(0)
  for (let i = 0; i < 14_000; i++) {
    const value = rng.integer(7)
    counts[value] = (counts[value] as number) + 1
  }
  assert.equal(counts.length, 7)
  const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)
  assert.ok(chiSquare < 27.9, `chi square ${chiSquare} of 6 degrees of freedom, p < 1e-4`)
})

test('a shuffle is a permutation and leaves its list alone', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (list, key) => {
      const before = [...list]
      const shuffled = randomFor(key).shuffle(list)
      assert.deepEqual(list, before)
      assert.deepEqual(
        [...shuffled].sort((a, b) => a - b),
        [...list].sort((a, b) => a - b),
      )
    }),
  )
})

test('every order of three comes up equally often', () => {
  const rng = randomFor('orders')
  const counts = new Map<string, number>()
  for (let i = 0; i < 12_000; i++) {
    const order = rng.shuffle(['a', 'b', 'c']).join('')
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  assert.equal(counts.size, 6)
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)
  assert.ok(chiSquare < 25.8, `chi square ${chiSquare} of 5 degrees of freedom, p < 1e-4`)
})

test('normal draws have mean 0, deviation 1 and no skew', () => {
  const rng = randomFor('normal')
  const values = Array.from({ length: 40_000 }, () => rng.normal())
  const n = values.length
  assert.ok(values.every(Number.isFinite))
  assert.ok(Math.abs(mean(values)) < 5 / Math.sqrt(n))
  assert.ok(Math.abs(mean(values.map((value) => value ** 2)) - 1) < 5 * Math.sqrt(2 / n))
  assert.ok(Math.abs(mean(values.map((value) => value ** 3))) < 5 * Math.sqrt(15 / n))
})

test('picking from an empty list is a mistake', () => {
  assert.throws(() => randomFor(1).pick([]), RangeError)
  assert.equal(randomFor(1).pick(['only']), 'only')
})
