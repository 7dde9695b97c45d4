import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusteredRate, rateByProblem } from '../core/clustered-rate.ts'
import type { SampledRollout } from '../core/records.ts'
import { rolloutMetrics } from './rollout-metrics.ts'

const rollout = (problemId: string, isCorrect: boolean | null): SampledRollout =>
  ({
    problemId,
    score:
      isCorrect === null
        ? { kind: 'unscorable', reason: '' }
        : { kind: 'scored', isCorrect, reward: 0, parts: [], verdict: isCorrect ? 'true' : 'false', reason: '' },
    tokens: [],
    failures: [],
    stopReason: 'stop',
    costUsd: 0,
    llmCalls: 0,
  }) as unknown as SampledRollout

test('the interval of the accuracy takes the rollouts of a problem as one cluster, and n counts problems', () => {
  // 16 problems of 8 rollouts, each solved always or never: as uncertain as 16 trials.
  const rollouts = Array.from({ length: 128 }, (_, i) => rollout(`p${i % 16}`, i % 16 < 8))
  const metrics = rolloutMetrics(rollouts)
  const alike = clusteredRate(Array.from({ length: 16 }, (_, i) => ({ right: i < 8 ? 1 : 0, trials: 1 })))
  assert.equal(metrics['accuracy'], 0.5)
  assert.equal(metrics['accuracy/n'], 16)
  assert.equal(metrics['accuracy/low'], alike.low)
  assert.equal(metrics['accuracy/high'], alike.high)
})

test('step lines, evaluations and reports have one figure for one list of outcomes', () => {
  const rollouts = [rollout('a', true), rollout('a', false), rollout('b', true), rollout('b', null), rollout('c', null)]
  const metrics = rolloutMetrics(rollouts)
  const { value, low, high, n } = rateByProblem([
    { problemId: 'a', isCorrect: true },
    { problemId: 'a', isCorrect: false },
    { problemId: 'b', isCorrect: true },
  ])
  assert.deepEqual(
    [metrics['accuracy'], metrics['accuracy/low'], metrics['accuracy/high'], metrics['accuracy/n']],
    [value, low, high, n],
  )
  assert.equal(metrics['accuracy'], 0.75)
})

test('where nothing could be scored nothing is known', () => {
  const metrics = rolloutMetrics([rollout('a', null)])
  assert.equal(metrics['accuracy/n'], 0)
  for (const name of ['accuracy', 'accuracy/low', 'accuracy/high', 'reward']) assert.equal(name in metrics, false, name)
})

test('rollouts that a service failed are a rate of their own, apart from answers without a verdict', () => {
  const lost = (boundary: string, code: string, isScored = false): SampledRollout => ({
    ...rollout('a', isScored ? true : null),
    failures: [{ boundary, code, message: '' }] as SampledRollout['failures'],
  })
  const rollouts = [
    lost('executor', 'timeout'),
    lost('judge', 'network'),
    lost('judge', 'unclear'),
    lost('policy', 'prompt-too-long', true),
    rollout('a', true),
  ]
  const metrics = rolloutMetrics(rollouts)
  assert.deepEqual([metrics['service_failure_rate'], metrics['unscorable_rate']], [0.4, 0.6])
  assert.deepEqual([metrics['error/executor/timeout'], metrics['error/judge/network']], [0.2, 0.2])
})
