/** Hand-worked examples of every preset: the sums are in the comments and were made without the code. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rewardPresets } from '../../config/sections/rewards.ts'
import { plainRewards } from '../testing/plain-rewards.ts'
import { rewardInput } from '../testing/reward-input.ts'
import { type RewardInput, rewardPresetNames } from './index.ts'

const { signal } = new AbortController()

async function worth(preset: string, changed: Partial<RewardInput>, weights: Record<string, number> | null = null) {
  const { score } = await plainRewards({ preset, weights }).compose(rewardInput(changed), signal)
  assert.equal(score.kind, 'scored')
  return score.kind === 'scored' ? score.reward : Number.NaN
}

const wrong = { verdict: 'false', prediction: '41' } as const
const failed = { outcome: 'failed', verdict: 'false', prediction: null, operators: [] } as const
const unreadable = { ...failed, outcome: 'unreadable', program: null, isValid: false } as const
const fallback = { ...failed, usedFallback: true, prediction: '42' } as const
const parallel = 'class Workflow:\n    async def __call__(self, problem):\n        for i in range(3):\n            pass'
const six = ['AnswerGenerate', 'AnswerGenerate', 'AnswerGenerate', 'AnswerGenerate', 'Review', 'Revise']

const examples: Readonly<Record<string, readonly (readonly [Partial<RewardInput>, number])[]>> = {
  standard: [
    [{}, 10],
    [wrong, -5],
    [{ violations: 1 }, 5],
    [{ repairWeight: 2 }, 9],
    [failed, -10],
    [fallback, -10],
  ],
  'judge-only': [
    [{}, 10],
    [wrong, -5],
  ],
  'seeds-judge': [
    [{}, 10],
    [wrong, -5],
    [failed, -10],
    [unreadable, -10],
    [fallback, -10],
    [{ prediction: '' }, -5],
  ],
  'plan-b': [
    // (10 + 1.5 signature + 1.5 no fallback + 0.5 operators) / 20
    [{}, 0.675],
    // (-5 + 1.5 + 1.5 + 0.5) / 20
    [wrong, -0.075],
    // (10 - 3 - 2.5 - 2 + 1.5 - 1 - 1) / 20
    [
      {
        isValid: false,
        findings: ['wrong-signature', 'misspelt-name', 'maybe-unbound', 'operator-not-made'],
        repairWeight: 4,
      },
      0.1,
    ],
    // The fallback's answer counts as wrong: (-5 + 1.5 - 1.5 + 0.5) / 20
    [fallback, -0.225],
    [{ violations: 1 }, -5],
    [{ ...failed, isValid: false }, -3],
    [{ prediction: '```python\nprint(42)\n```', verdict: 'false' }, -7],
    [{ prediction: ' ', verdict: 'false' }, -8],
    [failed, -10],
    [unreadable, -10],
  ],
  tiers: [
    [{}, 1],
    // |41 - 42| / 42 = 2.4 %
    [wrong, 0.7],
    // 30 %
    [{ verdict: 'false', prediction: '30' }, 0.4],
    [{ verdict: 'false', prediction: '400' }, 0.2],
    [{ verdict: 'false', prediction: 'no idea' }, 0],
    [{ problemType: 'code', verdict: 'false', testsPassed: 3 / 4 }, 0.7],
    [{ problemType: 'code', verdict: 'false', testsPassed: 1 / 2 }, 0.4],
    [{ problemType: 'code', verdict: 'false', testsPassed: 1 / 9 }, 0.2],
    [{ problemType: 'code', verdict: 'false', testsPassed: 0 }, 0],
    // Three of the four words of "old red brick house": 2 * 3 / (3 + 4) = .857
    [{ problemType: 'qa', verdict: 'false', reference: 'old red brick house', prediction: 'red brick house' }, 0.7],
    [{ violations: 2 }, 0.6],
    [{ repairWeight: 3, violations: 1 }, 0.4],
    [failed, -0.3],
    [fallback, -0.3],
  ],
  progressive: [
    [{}, 1],
    [wrong, 0.75],
    [{ repairWeight: 1, step: 49 }, 0.85],
    [{ repairWeight: 1, step: 50 }, 0.7],
    [{ repairWeight: 1, step: 150 }, 0.5],
    [{ violations: 1, step: 1 }, 0.4],
    [{ violations: 1, step: 149 }, 0.2],
    [{ violations: 1, step: 150 }, 0],
    [{ violations: 1, repairWeight: 1, verdict: 'false', prediction: '400', step: 1 }, 0.25],
    [fallback, 0],
    [failed, 0],
  ],
  'aflow-weighted': [
    // .65 * 10 + .15 * 10 + .10 * 10 + .05 * 10 + .05 * 10
    [{}, 10],
    // |41 - 42| = 1 gives 2: .65 * 2 + 3.5
    [wrong, 4.8],
    // 58 away gives -8: -5.2 + 3.5
    [{ verdict: 'false', prediction: '100' }, -1.7],
    [{ verdict: 'false', prediction: 'no idea' }, -3],
    // Five operators give 0, two cents -5, a repaired program 0: 6.5 - .75 + 0 + 0 + .5
    [{ operators: six.slice(1), costUsd: 0.02, isValid: false }, 6.25],
    [{ problemType: 'qa', verdict: 'false', reference: 'old red brick house', prediction: 'red brick house' }, 8.7],
    [failed, -10],
  ],
  flowsteer: [
    [{ program: parallel, operators: six }, 1],
    [{ program: parallel, operators: six, ...wrong }, 0],
    // An AnswerGenerate and nothing else: -1 + .2, and a right answer is not paid.
    [{}, -0.8],
    // Checker, former and control without six operators: -1 + .8
    [{ program: parallel, operators: ['AnswerGenerate', 'Review'] }, -0.2],
    [{ program: 'if "for x" == "while": pass', operators: [] }, -0.6],
    [failed, -1],
    [fallback, -1],
  ],
}

for (const [preset, rows] of Object.entries(examples))
  test(`${preset} pays the hand-worked amounts`, async () => {
    for (const [changed, reward] of rows) {
      const found = await worth(preset, changed)
      assert.ok(Math.abs(found - reward) < 1e-9, `${JSON.stringify(changed)}: ${found}, by hand ${reward}`)
    }
  })

test('every preset of the configuration is composed and worked by hand', () => {
  assert.deepEqual(rewardPresetNames, rewardPresets)
  assert.deepEqual(Object.keys(examples).sort(), [...rewardPresets].sort())
})

test('parts add up, lie in their ranges, and an unscorable answer has no reward, in every preset', async () => {
  for (const preset of rewardPresetNames) {
    const composition = plainRewards({ preset })
    for (const [changed] of Object.values(examples).flat()) {
      const { score } = await composition.compose(rewardInput(changed), signal)
      assert.ok(score.kind === 'scored')
      const sum = score.parts.reduce((total, { value }) => total + value, 0)
      assert.ok(Math.abs(sum - score.reward) < 1e-9)
      assert.ok(score.reward >= composition.range[0] - 1e-9 && score.reward <= composition.range[1] + 1e-9)
      for (const { name, value } of score.parts) {
        const { range, weight } = composition.parts[name]!
        assert.ok(value >= weight * range[0] - 1e-9 && value <= weight * range[1] + 1e-9, `${preset} ${name}`)
      }
    }
    for (const unscorable of [{ verdict: 'unscorable' }, { outcome: 'unavailable', verdict: 'false' }] as const) {
      const { score } = await composition.compose(rewardInput(unscorable), signal)
      assert.equal(score.kind, 'unscorable', preset)
    }
  }
})

test('weights replace those of the preset, and those that it cannot have are refused', async () => {
  // .65 becomes .3: 3 + 3.5
  assert.ok(Math.abs((await worth('aflow-weighted', {}, { correctness: 0.3 })) - 6.5) < 1e-9)
  assert.throws(() => plainRewards({ preset: 'tiers', weights: { beauty: 1 } }), /beauty.*correctness, mismatch/)
  assert.throws(() => plainRewards({ preset: 'tiers', weights: { correctness: 0 } }), /weight above 0/)
  const { score } = await plainRewards({ preset: 'plan-b' }).compose(rewardInput(), signal)
  assert.ok(score.kind === 'scored')
  assert.deepEqual(score.parts[0], { name: 'correctness', value: 0.5, weight: 0.05 })
})
