import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { imitationWeights } from './imitation-weights.ts'

const softmax = { weighting: 'softmax', rewardScale: 'raw', temperature: 1 } as const

function close(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) < 1e-9, `${actual} instead of ${expected}`)
  })
}

test('weights are softmax(R / tau): of raw rewards, of normalised ones, of ranks', () => {
  const e = Math.exp
  close(imitationWeights([2, 0], { ...softmax, temperature: 2 }), [e(1) / (e(1) + 1), 1 / (e(1) + 1)])
  // Mean 1, deviation sqrt(2): 1 / sqrt(2) and -1 / sqrt(2).
  const z = Math.SQRT1_2
  const normalised = { ...softmax, rewardScale: 'normalised' } as const
  close(imitationWeights([2, 0], normalised), [e(z) / (e(z) + e(-z)), e(-z) / (e(z) + e(-z))])
  close(
    imitationWeights([9, 1, 4], { ...softmax, rewardScale: 'rank' }),
    [e(1), 1, e(0.5)].map((x) => x / (e(1) + 1 + e(0.5))),
  )
  close(
    imitationWeights([3, 3, 1], { ...softmax, rewardScale: 'rank' }),
    [e(0.75), e(0.75), 1].map((x) => x / (2 * e(0.75) + 1)),
  )
})

test('all weight is on the best where that is asked, ties share it, and scale and temperature do not matter', () => {
  for (const rewardScale of ['raw', 'normalised', 'rank'] as const) {
    close(imitationWeights([1, 3, 3], { weighting: 'best', rewardScale, temperature: 9 }), [0, 0.5, 0.5])
  }
  close(imitationWeights([-2, -1], { ...softmax, weighting: 'best' }), [0, 1])
})

test('equal rewards, and one alone, weigh the same; rounding is no difference of normalised rewards', () => {
  for (const weighting of ['softmax', 'best'] as const) {
    for (const rewardScale of ['raw', 'normalised', 'rank'] as const) {
      const options = { weighting, rewardScale, temperature: 0.5 }
      close(imitationWeights([5, 5, 5], options), [1 / 3, 1 / 3, 1 / 3])
      close(imitationWeights([-4], options), [1])
    }
  }
  close(imitationWeights([0.1 + 0.2, 0.3], { ...softmax, rewardScale: 'normalised', temperature: 0.1 }), [0.5, 0.5])
})

test('weights add up to 1 and never fall with the reward, however large the rewards and small the temperature', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 9 }),
      fc.constantFrom('raw', 'normalised', 'rank'),
      fc.constantFrom('softmax', 'best'),
      fc.double({ min: 1e-3, max: 100, noNaN: true }),
      (rewards, rewardScale, weighting, temperature) => {
        const weights = imitationWeights(rewards, { weighting, rewardScale, temperature })
        assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-9)
        for (const [i, reward] of rewards.entries()) {
          assert.ok(weights[i]! >= 0)
          for (const [j, other] of rewards.entries()) if (reward >= other) assert.ok(weights[i]! >= weights[j]! - 1e-12)
        }
      },
    ),
  )
})
