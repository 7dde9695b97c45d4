import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { groupMetrics } from './metrics.ts'
import type { Score } from './reward.ts'

/** Scores by reward, right where it is above 0; null is unscorable. */
const scores = (rewards: readonly (readonly (number | null)[])[]): Score[][] =>
  rewards.map((group) =>
    group.map((reward) =>
      reward === null
        ? { kind: 'unscorable', reason: '' }
        : {
            kind: 'scored',
            reward,
            parts: [],
            isCorrect: reward > 0,
            verdict: reward > 0 ? 'true' : 'false',
            reason: '',
          },
    ),
  )

test('a step of four groups is described as it is', () => {
  const metrics = groupMetrics(
    scores([
      [1, 0, 0, 1],
      [0.5, 0.5, 0.5, 0.5],
      [-1, -1, null, -2],
      [null, null, null, null],
    ]),
  )
  assert.equal(metrics['frac_reward_zero_std'], 0.5)
  assert.equal(metrics['by_group/frac_mixed'], 1 / 3)
  assert.equal(metrics['by_group/frac_all_good'], 1 / 3)
  assert.equal(metrics['by_group/frac_all_bad'], 1 / 3)
  const within = (Math.sqrt(1 / 3) + 0 + Math.sqrt(1 / 3)) / 3
  assert.ok(Math.abs((metrics['reward_std/within'] as number) - within) < 1e-12)
})

test('rewards that differ between groups alone have a deviation, and none within', () => {
  const metrics = groupMetrics(
    scores([
      [1, 1],
      [0, 0],
    ]),
  )
  assert.ok(Math.abs((metrics['reward_std'] as number) - Math.sqrt(1 / 3)) < 1e-12)
  assert.equal(metrics['reward_std/within'], 0)
  assert.equal(metrics['frac_reward_zero_std'], 1)
})

test('TRL’s two groups have a zero-deviation share of one half', () => {
  const metrics = groupMetrics(
    scores([
      [1, 0, 0, 1],
      [0.5, 0.5, 0.5, 0.5],
    ]),
  )
  assert.equal(metrics['frac_reward_zero_std'], 0.5)
})

test('groups that are all wrong and differ by fines have spread and no signal', () => {
  const metrics = groupMetrics(
    scores([
      [-10, -9],
      [-5, -7.5],
    ]),
  )
  assert.deepEqual(
    [metrics['frac_reward_zero_std'], metrics['by_group/frac_mixed'], metrics['by_group/frac_all_bad']],
    [0, 0, 1],
  )
})

test('a right answer whose fines eat its reward is right, and a wrong one that earned something is wrong', () => {
  const fined = { kind: 'scored', reward: -1, parts: [], isCorrect: true, verdict: 'true', reason: '' } as const
  const praised = { kind: 'scored', reward: 1, parts: [], isCorrect: false, verdict: 'false', reason: '' } as const
  const shareOf = (group: Score[], name: string): number | undefined => groupMetrics([group])[`by_group/frac_${name}`]
  assert.equal(shareOf([fined, fined], 'all_good'), 1)
  assert.equal(shareOf([praised, praised], 'all_bad'), 1)
  assert.equal(shareOf([fined, praised], 'mixed'), 1)
})

test('a step without groups has zeros and no NaN', () => {
  for (const value of Object.values(groupMetrics([]))) assert.equal(value, 0)
})

test('the shares by group add up to 1, and every metric is finite', () => {
  const reward = fc.option(fc.double({ min: -10, max: 10, noNaN: true }))
  fc.assert(
    fc.property(fc.array(fc.array(reward, { maxLength: 6 }), { maxLength: 6 }), (rewards) => {
      const metrics = groupMetrics(scores(rewards))
      assert.ok(Object.values(metrics).every(Number.isFinite))
      const shares = ['mixed', 'all_good', 'all_bad'].map((name) => metrics[`by_group/frac_${name}`])
      const hasScored = rewards.some((group) => group.some((value) => value !== null))
      if (hasScored) assert.ok(Math.abs(shares.reduce((sum: number, share) => sum + (share as number), 0) - 1) < 1e-12)
      else assert.deepEqual([...shares, metrics['reward_std']], [undefined, undefined, undefined, undefined])
    }),
    { seed: 7 },
  )
})
