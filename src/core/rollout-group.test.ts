import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type AdvantageScale, advantages } from './advantages.ts'
import type { Score } from './reward.ts'
import { type GroupRollout, groupsOf } from './rollout-group.ts'

const options = { scale: 'group', epsilon: 0 } as const

/** @param reward null where nobody could say. */
function rollout(position: number, index: number, reward: number | null, isCorrect = (reward ?? 0) > 0): GroupRollout {
  const fine = (reward ?? 0) - (isCorrect ? 10 : -5)
  const score: Score =
    reward === null
      ? { kind: 'unscorable', reason: '' }
      : {
          kind: 'scored',
          reward,
          parts: [
            { name: 'correctness', value: reward - fine },
            ...(fine === 0 ? [] : [{ name: 'repair', value: fine }]),
          ],
          isCorrect,
          verdict: isCorrect ? 'true' : 'false',
          reason: '',
        }
  const of = { problemId: `p${position}`, problemType: 'math', source: 's', difficulty: 2 } as const
  return { phase: 'train', label: '', step: 1, position, rollout: index, ...of, score }
}

const group = (...rewards: readonly (number | null)[]): GroupRollout[] =>
  rewards.map((reward, index) => rollout(0, index, reward))

describe('a group', () => {
  test('has mean, deviation, the share right and the commonest reward', () => {
    const [found] = groupsOf(group(10, 9, null, 10, -5), options)
    assert.deepEqual([found?.scored, found?.right, found?.mean], [4, 3, 6])
    assert.ok(Math.abs((found?.deviation as number) - 7.3485) < 1e-4)
    assert.deepEqual(found?.commonest, { reward: 10, count: 2 })
    assert.deepEqual(groupsOf(group(null), options)[0]?.mean, null)
    assert.deepEqual(groupsOf(group(4, null), options)[0]?.deviation, null)
  })

  test('teaches right from wrong, form alone, or nothing', () => {
    const lesson = (...rewards: readonly (number | null)[]) => groupsOf(group(...rewards), options)[0]?.lesson
    assert.deepEqual(lesson(10, -5, 10), { kind: 'signal' })
    assert.deepEqual(lesson(10, 9.5, 10), { kind: 'spread', areRight: true, parts: ['repair'] })
    assert.deepEqual(lesson(-5, -6), { kind: 'spread', areRight: false, parts: ['repair'] })
    assert.deepEqual(lesson(10, 10), { kind: 'no-spread' })
    assert.deepEqual(lesson(10, null), { kind: 'too-few' })
  })

  test('stands at its position, its rollouts in order; one problem twice in a step is two groups', () => {
    const shuffled = [rollout(1, 1, 10), rollout(0, 0, 10), rollout(1, 0, -5), rollout(0, 1, 9)]
    const again = { ...rollout(2, 0, 10), problemId: 'p0' }
    const groups = groupsOf([...shuffled, again], options)
    assert.deepEqual(
      groups.map(({ position, problemId, members }) => [
        position,
        problemId,
        members.map((one) => one.rollout.rollout),
      ]),
      [
        [0, 'p0', [0, 1]],
        [1, 'p1', [0, 1]],
        [2, 'p0', [0]],
      ],
    )
  })

  test('of an evaluation has no advantages', () => {
    assert.deepEqual(
      groupsOf(group(10, -5), null)[0]?.members.map(({ derivation }) => derivation),
      [null, null],
    )
  })
})

test('each derivation gives the advantage that the step was trained on, whatever the scale', () => {
  const reward = fc.option(
    fc.integer({ min: -20, max: 20 }).map((halves) => halves / 2),
    { nil: null },
  )
  const rewards = fc.array(fc.array(reward, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 4 })
  const scales = fc.constantFrom<AdvantageScale>('group', 'batch', 'none', 'rloo')
  fc.assert(
    fc.property(rewards, scales, (step, scale) => {
      const rollouts = step.flatMap((values, position) => values.map((value, i) => rollout(position, i, value)))
      const groups = groupsOf(rollouts, { scale, epsilon: 1e-4 })
      assert.deepEqual(
        groups.map(({ members }) => members.map(({ derivation }) => derivation?.advantage)),
        advantages(step, { scale, epsilon: 1e-4 }),
      )
    }),
  )
})
