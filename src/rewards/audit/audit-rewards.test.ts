import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rewardPresets } from '../../config/sections/rewards.ts'
import type { RewardComposition } from '../compositions/index.ts'
import { fromParts, type PartsPreset } from '../compositions/reward-composition.ts'
import { plainRewards } from '../testing/plain-rewards.ts'
import { auditRewards } from './audit-rewards.ts'

const { signal } = new AbortController()
const audit = (composition: RewardComposition, steps: readonly number[] = [1]) =>
  auditRewards(composition, { steps, signal })
const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`)

test('plan-b is flagged: a program that does not run costs 13 times what a right answer is worth', async () => {
  const found = await audit(plainRewards({ preset: 'plan-b' }))
  assert.deepEqual(found.refusals, [])
  assert.ok(found.warnings.some(({ kind }) => kind === 'fines-drown'))
  // Right .675, wrong -.075, no program -10.
  near(found.gap, 0.75)
  near(found.fine, 9.925)
  near(found.ratio, 9.925 / 0.75)
  assert.ok(['unreadable', 'raised'].includes(found.finedBy))
  assert.ok(found.gapDeviations < 0.2)
})

test('the default is not flagged: the dearest fine is a third of what a right answer is worth', async () => {
  for (const callPrice of [0, 0.5]) {
    const found = await audit(plainRewards({ callPrice }))
    assert.deepEqual([found.refusals, found.warnings], [[], []])
    near(found.ratio, 5 / 15)
    assert.ok(found.gapDeviations > 1.5)
  }
})

test('no preset is refused, and those that are flagged are known', async () => {
  const flagged: Record<string, string[]> = {}
  for (const preset of rewardPresets) {
    const found = await audit(plainRewards({ preset }), [1, 200])
    assert.deepEqual(found.refusals, [], preset)
    flagged[preset] = found.warnings.map(({ kind }) => kind)
  }
  assert.deepEqual(flagged, {
    standard: [],
    'judge-only': [],
    'seeds-judge': [],
    'plan-b': ['fines-drown'],
    tiers: [],
    // From step 150 on a right answer with a broken rule earns what a wrong one earns.
    progressive: ['fines-drown'],
    // A text without a shared word loses 9.75, a program that does not run 10.25.
    'aflow-weighted': ['fines-drown'],
    // A right answer of a plain program earns less than a wrong one of a rich program.
    flowsteer: ['fines-drown', 'form-beats-right'],
  })
})

const correctness = { range: [0, 1], weight: 1 } as const
const made = (values: PartsPreset['values']): RewardComposition =>
  fromParts({ name: 'own', decidedBy: 'scorer', parts: { correctness }, values })

test('a composition that pays for a fallback, for an empty answer or not for right ones is refused', async () => {
  const kinds = async (values: PartsPreset['values']): Promise<string[]> =>
    (await audit(made(values))).refusals.map(({ kind }) => kind)
  assert.deepEqual(await kinds(({ verdict }) => ({ correctness: verdict === 'true' ? 1 : 0 })), ['fallback-earns'])
  assert.deepEqual(
    await kinds((input) => ({
      correctness: input.usedFallback ? 0 : input.verdict === 'true' || input.prediction === '' ? 1 : 0,
    })),
    ['empty-earns'],
  )
  assert.deepEqual(await kinds(() => ({ correctness: 1 })), ['right-earns-nothing'])
  assert.deepEqual(
    await kinds(({ verdict, usedFallback }) => ({ correctness: verdict === 'true' && !usedFallback ? 1 : 0 })),
    [],
  )
})

test('a reward that fails in a situation is refused, with the situation', async () => {
  const own = made(({ verdict }) => ({ correctness: verdict === 'true' ? 1 : 0 }))
  const failing: RewardComposition = {
    ...own,
    compose: (input, aborted) =>
      input.prediction === ''
        ? { score: { kind: 'unscorable', reason: 'TypeError: no answer' }, failures: [] }
        : own.compose({ ...input, verdict: input.usedFallback ? 'false' : input.verdict }, aborted),
  }
  assert.deepEqual((await audit(failing)).refusals, [
    { kind: 'reward-fails', situation: 'empty', message: 'TypeError: no answer' },
  ])
})
