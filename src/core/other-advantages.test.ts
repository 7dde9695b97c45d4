import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import fixtures from './fixtures/grpo-math.json' with { type: 'json' }
import { gdpoDerivations, passAtKDerivations } from './other-advantages.ts'

const gdpoAdvantages = (...given: Parameters<typeof gdpoDerivations>): number[][] =>
  gdpoDerivations(...given).map((group) => group.map(({ advantage }) => advantage))
const passAtKAdvantages = (...given: Parameters<typeof passAtKDerivations>): number[] =>
  passAtKDerivations(...given).map(({ advantage }) => advantage)

function assertNear(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - (expected[i] as number)) <= tolerance, `${actual.join()} is not ${expected.join()}`)
  })
}

test('GDPO gives TRL’s values', () => {
  const { rewards, weights, value } = fixtures.gdpo
  assertNear(gdpoAdvantages([rewards], weights, 1e-4).flat(), value, 1e-9)
})

test('GDPO does not care about the range of a reward function', () => {
  const { rewards, weights } = fixtures.gdpo
  const wide = rewards.map(([first, second]) => [first as number, 1000 * (second as number) + 7])
  assertNear(gdpoAdvantages([wide], weights, 0).flat(), gdpoAdvantages([rewards], weights, 0).flat(), 1e-9)
})

test('GDPO keeps groups apart and sums to 0 over the batch', () => {
  const row = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 2 })
  fc.assert(
    fc.property(fc.array(fc.array(row, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 3 }), (rewards) => {
      const values = gdpoAdvantages(rewards, [1, 0.3], 1e-4)
      assert.deepEqual(
        values.map((group) => group.length),
        rewards.map((group) => group.length),
      )
      assert.ok(Math.abs(values.flat().reduce((sum, value) => sum + value, 0)) < 1e-9)
      const moved = rewards.map((group, p) => group.map((scores) => scores.map((score) => score + 100 * p)))
      assertNear(gdpoAdvantages(moved, [1, 0.3], 1e-4).flat(), values.flat(), 1e-9)
    }),
    { seed: 7 },
  )
})

test('pass@k advantages are verl’s: the winner’s lead and nothing for the others', () => {
  const { rewards, epsilon, value } = fixtures.passAtKAdvantages
  assertNear(passAtKAdvantages(rewards, epsilon), value, 1e-9)
})

test('a shared first place and a group without spread lead by nothing', () => {
  assertNear(passAtKAdvantages([1, 1, 0], 1e-6), [0, 0, 0], 0)
  assertNear(passAtKAdvantages([0.7, 0.7], 1e-6), [0, 0], 0)
  assert.deepEqual(passAtKAdvantages([], 1e-6), [])
})

test('a derivation says what a value was compared with, and gives the advantage by its own formula', () => {
  const rewards = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(rewards, rewards, (first, second) => {
      const rows = first.map((reward, i) => [reward, second[i] ?? 0])
      for (const derivation of [
        ...passAtKDerivations(first, 1e-4),
        ...gdpoDerivations([rows], [1, 0.3], 1e-4).flat(),
      ]) {
        if (derivation.kind !== 'relative') {
          assert.equal(derivation.advantage, 0)
          continue
        }
        const { value, baseline, divisor, advantage } = derivation
        const by = (divisor?.deviation as number) + (divisor?.epsilon as number)
        assert.ok(Math.abs((value - baseline.value) / by - advantage) < 1e-9)
      }
    }),
  )
  assert.deepEqual(
    passAtKDerivations([3, 1, 0], 0).map(({ kind }) => kind),
    ['relative', 'not-best', 'not-best'],
  )
})
