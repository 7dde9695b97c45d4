import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import fixtures from './fixtures/grpo-math.json' with { type: 'json' }
import { passAtK, repetitionPenalty, softOverlong } from './reward-shaping.ts'

for (const form of ['trl', 'verl'] as const) {
  test(`the soft overlong penalty is ${form}’s`, () => {
    const { maxLength, buffer } = fixtures.softOverlong
    for (const [length, value] of fixtures.softOverlong[form]) {
      assert.equal(softOverlong(length as number, { maxLength, buffer, form }), value)
    }
  })
}

test('the overlong penalty never rises with the length', () => {
  fc.assert(
    fc.property(
      fc.nat(300),
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom('trl', 'verl'),
      (length, buffer, form) => {
        const options = { maxLength: 100, buffer, form }
        assert.ok(softOverlong(length + 1, options) <= softOverlong(length, options))
      },
    ),
    { seed: 7 },
  )
})

test('the repetition penalty is TRL’s', () => {
  const { tokens, size, penalty, value } = fixtures.repetition
  assert.equal(repetitionPenalty(tokens, size, penalty), value)
})

test('no repetition and too short a completion have no penalty', () => {
  assert.equal(Math.abs(repetitionPenalty([1, 2, 3, 4], 2, -1)), 0)
  assert.equal(repetitionPenalty([1], 2, -1), 0)
  assert.equal(repetitionPenalty([], 2, -1), 0)
})

test('n-grams of words that join alike are still different', () => {
  assert.equal(Math.abs(repetitionPenalty(['a,b', 'c', 'a', 'b,c'], 2, -1)), 0)
})

test('pass@k gives the published values', () => {
  const { trials, passes, values } = fixtures.passAtK
  for (const [k, value] of values) {
    assert.ok(Math.abs(passAtK(trials, passes, k as number) - (value as number)) < 5e-7)
  }
})

test('pass@k rises with k and with passes, from 0 to 1; pass@1 is the rate', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), (trials, a, b) => {
      const passes = a % (trials + 1)
      const k = 1 + (b % (trials - 1))
      const value = passAtK(trials, passes, k)
      assert.ok(value >= 0 && value <= 1)
      assert.ok(passAtK(trials, passes, k + 1) >= value)
      assert.ok(Math.abs(passAtK(trials, passes, 1) - passes / trials) < 1e-12)
      assert.equal(passAtK(trials, 0, k), 0)
      assert.equal(passAtK(trials, trials, k), 1)
    }),
    { seed: 7 },
  )
})

test('pass@k refuses a k beyond the trials', () => {
  assert.throws(() => passAtK(4, 2, 5), RangeError)
  assert.throws(() => passAtK(4, 5, 1), RangeError)
  assert.throws(() => passAtK(4, 2, 0), RangeError)
})
