import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectableDifference, questionsNeeded } from './detectable-difference.ts'
import { randomFor } from './random.ts'
import { signFlipTest } from './sign-flip.ts'

const key = ['test'] as const

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
  assert.throws(() => signFlipTest([], [], { key }), RangeError)
  assert.throws(() => signFlipTest([1], [1, 2], { key }), RangeError)
})
