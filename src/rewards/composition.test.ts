import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultConfig } from '../config/testing/default-config.ts'
import { composeReward, type RewardAmounts, type RewardFacts } from './composition.ts'

const standard: RewardAmounts = defaultConfig().rewards
/** The verdict alone; and a policy that should need no repair. */
const others: readonly RewardAmounts[] = [
  { ...standard, violation: 0, repair: 0 },
  { ...standard, repair: -3 },
]

const answered: RewardFacts = {
  outcome: 'answered',
  usedFallback: false,
  verdict: 'true',
  violations: 0,
  repairWeight: 0,
  calls: 0,
  reason: '',
}
/** Up to the price that the configuration allows: ten calls cost less than the distance from right to wrong. */
const prices = fc.integer({ min: 0, max: 149 }).map((hundredths) => hundredths / 100)
const presets = fc
  .tuple(fc.constantFrom(standard, ...others), prices)
  .map(([preset, callPrice]) => ({ ...preset, callPrice }))
/** With room below the reward of what did not run, where clamping to the range alone would not keep the order. */
const roomyPresets = presets.map((preset): RewardAmounts => ({ ...preset, range: [-1000, 1000] }))
const facts: fc.Arbitrary<RewardFacts> = fc.record({
  outcome: fc.constantFrom('answered', 'unreadable', 'failed', 'unavailable'),
  usedFallback: fc.boolean(),
  verdict: fc.constantFrom('true', 'false', 'unscorable'),
  violations: fc.nat(4),
  repairWeight: fc.nat(60).map((halves) => halves / 2),
  calls: fc.nat(60),
  reason: fc.constant('because'),
})

function rewardOf(given: RewardFacts, preset: RewardAmounts): number {
  const score = composeReward(given, preset)
  assert.equal(score.kind, 'scored')
  return score.kind === 'scored' ? score.reward : Number.NaN
}

test('the parts add up to the reward, which lies in the range', () => {
  fc.assert(
    fc.property(facts, presets, (given, preset) => {
      const score = composeReward(given, preset)
      if (score.kind === 'unscorable') return
      const sum = score.parts.reduce((total, part) => total + part.value, 0)
      assert.ok(Math.abs(sum - score.reward) < 1e-9)
      assert.ok(score.reward >= preset.range[0] && score.reward <= preset.range[1])
      assert.equal(new Set(score.parts.map(({ name }) => name)).size, score.parts.length)
    }),
  )
})

test('an answer that nobody could judge has no reward, not one of 0', () => {
  fc.assert(
    fc.property(facts, presets, (given, preset) => {
      const isUnjudged = given.outcome === 'answered' && !given.usedFallback && given.verdict === 'unscorable'
      const score = composeReward(given, preset)
      assert.equal(score.kind === 'unscorable', isUnjudged || given.outcome === 'unavailable')
      if (score.kind === 'unscorable') assert.ok(!('reward' in score))
    }),
  )
})

test('a fallback and a failed program are never correct, and no verdict changes what they earn', () => {
  fc.assert(
    fc.property(facts, presets, fc.boolean(), (given, preset, isRight) => {
      if (given.outcome === 'unavailable') return
      if (given.outcome === 'answered' && !given.usedFallback) return
      const score = composeReward({ ...given, verdict: isRight ? 'true' : 'false' }, preset)
      assert.ok(score.kind === 'scored' && !score.isCorrect && score.verdict === 'false')
      assert.equal(rewardOf({ ...given, verdict: 'true' }, preset), rewardOf({ ...given, verdict: 'false' }, preset))
    }),
  )
})

test('right beats wrong, a broken rule and a repair never pay, and nothing that ran earns less than what did not', () => {
  fc.assert(
    fc.property(presets, fc.nat(4), fc.nat(20), (preset, violations, repairWeight) => {
      const wrong: RewardFacts = { ...answered, verdict: 'false' }
      assert.ok(rewardOf(answered, preset) > rewardOf(wrong, preset))
      const right = rewardOf({ ...answered, violations, repairWeight }, preset)
      assert.ok(right <= rewardOf({ ...answered, violations }, preset))
      assert.ok(right <= rewardOf({ ...answered, repairWeight }, preset))
      for (const outcome of ['unreadable', 'failed'] as const) {
        for (const usedFallback of [false, true]) {
          const none = rewardOf({ ...answered, outcome, usedFallback }, preset)
          assert.ok(none <= rewardOf({ ...wrong, violations, repairWeight }, preset))
          assert.ok(none < rewardOf(wrong, preset))
        }
      }
    }),
  )
})

test('a call has its price, more calls never earn more, and at equal calls right beats wrong', () => {
  fc.assert(
    fc.property(roomyPresets, fc.nat(40), fc.nat(40), (preset, calls, more) => {
      const right = { ...answered, calls }
      const wrong: RewardFacts = { ...right, verdict: 'false' }
      for (const each of [right, wrong]) {
        const score = composeReward({ ...each, calls: calls + more }, preset)
        assert.ok(score.kind === 'scored' && score.reward <= rewardOf(each, preset))
        const paid = score.parts.find(({ name }) => name === 'calls')?.value ?? 0
        assert.ok(Math.abs(paid + preset.callPrice * (calls + more)) < 1e-9)
      }
      assert.ok(rewardOf(right, preset) >= rewardOf(wrong, preset))
      if (calls * preset.callPrice < preset.correct - preset.wrong)
        assert.ok(rewardOf(right, preset) > rewardOf(wrong, preset))
    }),
  )
})

test('a right answer with ten calls beats a wrong one without any, at every price that the configuration allows', () => {
  fc.assert(
    fc.property(fc.oneof(presets, roomyPresets), fc.nat(10), (preset, calls) => {
      assert.ok(rewardOf({ ...answered, calls }, preset) > rewardOf({ ...answered, verdict: 'false' }, preset))
    }),
  )
})

test('no number of calls makes a program that answered worth less than one that did not run, in any range', () => {
  fc.assert(
    fc.property(fc.oneof(presets, roomyPresets), fc.nat(2000), fc.boolean(), (preset, calls, isRight) => {
      const ran = rewardOf({ ...answered, verdict: isRight ? 'true' : 'false', calls }, preset)
      for (const outcome of ['unreadable', 'failed'] as const) {
        for (const usedFallback of [false, true])
          assert.ok(rewardOf({ ...answered, outcome, usedFallback, calls: 0 }, preset) <= ran)
      }
    }),
  )
})

test('whether the fallback is run changes no reward', () => {
  fc.assert(
    fc.property(facts, presets, (given, preset) => {
      if (given.outcome === 'unavailable' || given.outcome === 'answered') return
      assert.equal(
        rewardOf({ ...given, usedFallback: true }, preset),
        rewardOf({ ...given, usedFallback: false }, preset),
      )
    }),
  )
})

test('an unscorable answer is left out, whatever else is known of it', () => {
  assert.equal(composeReward({ ...answered, verdict: 'unscorable', violations: 1 }, standard).kind, 'unscorable')
})

test('the default amounts pay the known amounts', () => {
  assert.equal(rewardOf(answered, standard), 10)
  assert.equal(rewardOf({ ...answered, verdict: 'false' }, standard), -5)
  assert.equal(rewardOf({ ...answered, violations: 2 }, standard), 5)
  assert.equal(rewardOf({ ...answered, repairWeight: 2 }, standard), 9)
  assert.equal(rewardOf({ ...answered, outcome: 'failed' }, standard), -10)
  const priced = { ...standard, callPrice: 0.5 }
  assert.equal(rewardOf({ ...answered, calls: 7 }, standard), 10)
  assert.deepEqual(composeReward({ ...answered, calls: 7 }, priced), {
    kind: 'scored',
    reward: 6.5,
    parts: [
      { name: 'correctness', value: 10 },
      { name: 'calls', value: -3.5 },
    ],
    isCorrect: true,
    verdict: 'true',
    reason: '',
  })
  assert.equal(rewardOf({ ...answered, outcome: 'failed', calls: 7 }, priced), -10)
  const clamped = composeReward({ ...answered, verdict: 'false', violations: 1, repairWeight: 1 }, standard)
  assert.deepEqual(clamped.kind === 'scored' && clamped.parts, [
    { name: 'correctness', value: -5 },
    { name: 'violation', value: -5 },
    { name: 'repair', value: -0.5 },
    { name: 'clamp', value: 0.5 },
  ])
})
