import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rewardModes } from '../../config/sections/demonstrations.ts'
import { defaultConfig } from '../../config/testing/default-config.ts'
import { BatonError } from '../../core/failure.ts'
import { type RewardOptions, type SequenceVerdict, sequenceReward } from './sequence-reward.ts'

type RewardMode = RewardOptions['mode']

const standard = defaultConfig().demonstrations.reward

const right: SequenceVerdict = {
  isCorrect: true,
  accuracy: 0.6,
  referenceProbability: 0.25,
  likeness: 0.5,
  beamScore: 0.02,
}
const wrong: SequenceVerdict = { ...right, isCorrect: false, accuracy: 0 }
/** Soft credit without an exact match: some metrics give it. */
const near: SequenceVerdict = { ...wrong, accuracy: 0.3 }

/** Rewards of right, wrong and near at the default weights, worked out by hand. */
const table: Readonly<Record<RewardMode, readonly [number, number, number]>> = {
  hard_plus_soft: [1.6, 0, 0.3],
  hard_plus_soft_v2: [2.6, 0, 0.3],
  separated: [2.6, 0, 0.3],
  // wh = 1: the beam score alone, (0.02 + 0.1) / 0.2.
  hybrid: [0.6, 0.6, 0.6],
  hard_only: [1, 0, 0],
  soft_only: [0.6, 0, 0.3],
  hard01_plus_gtprob: [1.25, 0.25, 0.25],
  hard01_plus_gtprob_separated: [2.25, 0.25, 0.25],
  hard_plus_gtprob_plus_rel: [1.25, 0.3, 0.3],
}

for (const mode of rewardModes) {
  test(`${mode} is what its formula says`, () => {
    const rewards = [right, wrong, near].map((verdict) => sequenceReward({ ...standard, mode }, verdict))
    rewards.forEach((reward, i) => {
      assert.ok(Math.abs(reward - table[mode][i]!) < 1e-12, `${reward} instead of ${table[mode][i]}`)
    })
  })
}

test('weights enter where the formulas have them', () => {
  const weights = { hardWeight: 0.5, softWeight: 2, relevanceWeight: 0.4 }
  const reward = (mode: RewardMode, verdict: SequenceVerdict): number =>
    sequenceReward({ ...standard, mode, ...weights }, verdict)
  assert.equal(reward('hard_plus_soft', right), 0.5 + 1.2)
  assert.equal(reward('hard_plus_soft_v2', right), 1 + 1.2)
  assert.equal(reward('separated', right), 1 + 1.2)
  assert.equal(reward('separated', near), 0.6)
  // a = 0.5: half the beam score, half 2 + s, or s where it is wrong.
  assert.ok(Math.abs(reward('hybrid', right) - (0.5 * 0.6 + 0.5 * 2.6)) < 1e-12)
  assert.ok(Math.abs(reward('hybrid', near) - (0.5 * 0.6 + 0.5 * 0.3)) < 1e-12)
  assert.ok(Math.abs(reward('hard_plus_gtprob_plus_rel', wrong) - (2 * 0.25 + 0.4 * 0.5)) < 1e-12)
})

test('rewards stay within -5 and 5, and the beam score within 0 and 1', () => {
  assert.equal(sequenceReward({ ...standard, mode: 'hard_only', hardWeight: 50 }, right), 5)
  assert.equal(sequenceReward({ ...standard, mode: 'hard_only', hardWeight: -50 }, right), -5)
  assert.equal(sequenceReward({ ...standard, mode: 'hybrid' }, { ...right, beamScore: 3 }), 1)
  assert.equal(sequenceReward({ ...standard, mode: 'hybrid' }, { ...right, beamScore: -3 }), 0)
})

test('a mode that reads what was not measured is refused, and names another', () => {
  for (const [mode, field] of [
    ['hybrid', 'beamScore'],
    ['hard01_plus_gtprob', 'referenceProbability'],
    ['hard_plus_gtprob_plus_rel', 'likeness'],
  ] as const) {
    assert.throws(
      () => sequenceReward({ ...standard, mode }, { ...wrong, [field]: null }),
      (error) => error instanceof BatonError && error.message.includes(field) && error.hint !== undefined,
    )
  }
})
