import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GroupOptions, type JudgedSequence, trainingGroups } from './groups.ts'
import { groupAdvantages, rceWeights } from './sequence-weights.ts'

const judged = (picks: readonly number[], accuracy: number | null, usedFallback = false): JudgedSequence => ({
  picks,
  verdict:
    accuracy === null
      ? null
      : {
          isCorrect: accuracy > 0,
          accuracy,
          referenceProbability: null,
          likeness: null,
          beamScore: null,
          usedFallback,
        },
})

const pool = [7, 8, 9]
const groups = [
  { query: 0, pool, sequences: [judged([0, 1], 1), judged([1, 0], 0), judged([0, 1], 1), judged([2, 0], null)] },
  { query: 1, pool, sequences: [judged([0, 1], 0), judged([1, 2], 0), judged([2, 1], 1, true)] },
  { query: 2, pool, sequences: [judged([0, 1], 1), judged([1, 2], 1)] },
  { query: 3, pool, sequences: [judged([0, 1], null), judged([1, 2], 1)] },
]
const options: GroupOptions = { reward: { mode: 'hard_plus_soft' }, skipFallback: true, noSignal: 'keep' }

test('failures, fallbacks and repeated tuples are left out and counted; order makes another tuple', () => {
  const { groups: kept, counts } = trainingGroups(groups, options)
  assert.deepEqual(
    kept.map(({ query, sequences, rewards }) => ({ query, sequences, rewards })),
    [
      {
        query: 0,
        sequences: [
          [0, 1],
          [1, 0],
        ],
        rewards: [2, 0],
      },
      {
        query: 1,
        sequences: [
          [0, 1],
          [1, 2],
        ],
        rewards: [0, 0],
      },
      {
        query: 2,
        sequences: [
          [0, 1],
          [1, 2],
        ],
        rewards: [2, 2],
      },
    ],
  )
  assert.deepEqual(counts, {
    failed: 2,
    fallback: 1,
    repeated: 1,
    tooSmall: 1,
    noSignal: 0,
    groups: 3,
    sequences: 6,
    informativeGroupRate: 1 / 3,
  })
})

test('the fallback counts where that is asked for, and then its group carries signal', () => {
  const { counts } = trainingGroups(groups, { ...options, skipFallback: false })
  assert.equal(counts.fallback, 0)
  assert.equal(counts.informativeGroupRate, 2 / 3)
})

test('groups without signal go only where that is asked for, and the rate is the same', () => {
  const equal = trainingGroups(groups, { ...options, noSignal: 'drop-equal' })
  assert.deepEqual(
    equal.groups.map(({ query }) => query),
    [0],
  )
  assert.equal(equal.counts.noSignal, 2)
  assert.equal(equal.counts.informativeGroupRate, 1 / 3)
  const low = trainingGroups(groups, { ...options, noSignal: 'drop-equal-or-low', lowReward: 3 })
  assert.equal(low.groups.length, 0)
})

test('samples of a policy count as often as they were drawn', () => {
  const { groups: kept } = trainingGroups(groups, { ...options, keepsRepeats: true })
  assert.deepEqual(kept[0]!.rewards, [2, 0, 2])
})

test('RCE weights are softmax(R / tau): of raw rewards, of normalised ones, of ranks', () => {
  const close = (actual: number[], expected: number[]): void => {
    actual.forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]!) < 1e-9, `${actual} instead of ${expected}`)
    })
  }
  const e = Math.exp
  close(rceWeights([2, 0], { scale: 'raw', temperature: 2 }), [e(1) / (e(1) + 1), 1 / (e(1) + 1)])
  // Mean 1, deviation sqrt(2): 1 / sqrt(2) and -1 / sqrt(2).
  const z = Math.SQRT1_2
  close(rceWeights([2, 0], { scale: 'normalised', temperature: 1 }), [e(z) / (e(z) + e(-z)), e(-z) / (e(z) + e(-z))])
  close(rceWeights([5, 5, 5], { scale: 'normalised', temperature: 1 }), [1 / 3, 1 / 3, 1 / 3])
  close(
    rceWeights([9, 1, 4], { scale: 'rank', temperature: 1 }),
    [e(1), 1, e(0.5)].map((x) => x / (e(1) + 1 + e(0.5))),
  )
  close(rceWeights([1, 3, 3], { scale: 'raw', temperature: 1, bestOnly: true }), [0, 0.5, 0.5])
})

test('advantages: centred, divided by the deviation or its floor, clipped; equal rewards give zeros', () => {
  const deviation = { scale: 'deviation', deviationFloor: 0.1, limit: 5 } as const
  const advantages = groupAdvantages([2, 0, 1, 1], deviation)
  const expected = [1, -1, 0, 0].map((x) => x / Math.sqrt(2 / 3))
  advantages.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) < 1e-12)
  })
  assert.deepEqual(groupAdvantages([1.6, 1.6, 1.6], deviation), [0, 0, 0])
  // The deviation of 0 and 0.01 is 0.007: the floor divides.
  assert.ok(Math.abs(groupAdvantages([0, 0.01], deviation)[1]! - 0.05) < 1e-12)
  const many = [1, ...new Array<number>(99).fill(0)]
  assert.equal(groupAdvantages(many, deviation)[0], 5)
  assert.deepEqual(groupAdvantages([3, 1, 2], { ...deviation, scale: 'rank' }), [1, -1, 0])
})
