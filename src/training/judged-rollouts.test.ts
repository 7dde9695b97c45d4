import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeOf, type SampledRollout } from '../core/records.ts'
import type { PolicyEngine } from '../engines/policy-engine.ts'
import type { RunStore } from '../runs/index.ts'
import { openJudgedRun, promptOf, toyJudgedProblem, toyJudgedProblems } from './testing/judged-run.ts'
import { train } from './train.ts'

const imitation = { steps: 6, learningRate: 1e-2, warmupSteps: 0 }
/** Largest |fresh - old| log-prob: 0 where every ratio is 1. */
const difference = 'sampling/sampling_logp_difference/max'

/** With their tokens. */
function rolloutsOf(store: RunStore, step: number): SampledRollout[] {
  return store.rollouts({ phase: 'train', step }).map((rollout) => store.findRollout(placeOf(rollout))!)
}

test('collected attempts make the right pick likelier; nothing is sampled', async (t) => {
  const { run, engine } = await openJudgedRun(t, { training: { steps: 12, learningRate: 1e-2 } })
  const sequences = toyJudgedProblems.map(({ problem, attempts }) => ({
    prompt: promptOf(problem),
    completion: attempts[2]!.completion.tokens.slice(0, 1),
  }))
  const mean = async (): Promise<number> =>
    (await engine.logprobs(sequences)).reduce((sum, [logprob]) => sum + logprob!, 0) / sequences.length
  const before = await mean()
  const sample: PolicyEngine['sample'] = () => {
    throw new Error('nothing is sampled')
  }
  await train({ ...run, engine: { ...engine, sample } })
  assert.ok((await mean()) > before + 0.1, `from ${before} to ${await mean()}`)
})

for (const steps of [0, 6]) {
  test(`ratios are 1 and the KL is 0 at the first step after ${steps} of imitation, and no longer at later ones`, async (t) => {
    const training = {
      ...{ imitation: { ...imitation, steps }, steps: 3, learningRate: 1e-2 },
      ...{ loss: { klCoefficient: 0.1 }, evaluateEvery: 0 },
    }
    const { run, store } = await openJudgedRun(t, { training })
    await train(run)
    const learned = store.steps().slice(steps)
    assert.equal(learned.length, 3)
    assert.ok(learned[0]!.metrics[difference]! < 1e-5, `${learned[0]!.metrics[difference]}`)
    assert.ok(Math.abs(learned[0]!.metrics['kl']!) < 1e-6)
    for (const { metrics } of learned.slice(1)) {
      assert.ok(metrics[difference]! > 1e-4)
      assert.ok(metrics['kl']! > 1e-6)
    }
  })
}

test('ratios are against the policy that the steps began with, not against the step before', async (t) => {
  const { run, engine, store } = await openJudgedRun(t, { training: { steps: 3, learningRate: 1e-2 } })
  const sequences = toyJudgedProblems.flatMap(({ problem, attempts }) =>
    attempts.map(({ completion }) => ({ prompt: promptOf(problem), completion: completion.tokens })),
  )
  const first = await engine.logprobs(sequences)
  await train(run)
  for (const step of [1, 2, 3]) {
    const rollouts = toyJudgedProblems.flatMap(({ problem }) =>
      rolloutsOf(store, step).filter(({ problemId }) => problemId === problem.id),
    )
    assert.deepEqual(
      rollouts.map(({ logprobs }) => logprobs),
      first.map((row) => [...row]),
    )
  }
})

test('the rollouts of a step are the attempts of its problems, with advantages, for nothing', async (t) => {
  const { run, store } = await openJudgedRun(t, {
    training: { steps: 2, problemsPerStep: 3, imitation: { steps: 1 } },
  })
  await train(run)
  // Passes over the problems begin after imitation.
  const seen = [1, 2].flatMap((stageStep) => {
    const rollouts = rolloutsOf(store, 1 + stageStep)
    assert.equal(rollouts.length, 18)
    assert.ok(rollouts.every(({ costUsd, llmCalls }) => costUsd === 0 && llmCalls === 0))
    for (const group of Map.groupBy(rollouts, ({ position }) => position).values()) {
      assert.equal(new Set(group.map(({ problemId }) => problemId)).size, 1)
      const { attempts } = toyJudgedProblems[Number(group[0]!.problemId)]!
      assert.deepEqual(
        group.map(({ tokens }) => tokens),
        attempts.map(({ completion }) => completion.tokens),
      )
      assert.ok(Math.abs(group.reduce((sum, { advantage }) => sum + advantage!, 0)) < 1e-9)
      assert.ok(group[2]!.advantage! > 1)
    }
    return [...new Set(rollouts.map(({ problemId }) => problemId))]
  })
  assert.deepEqual(seen.toSorted(), ['0', '1', '2', '3', '4', '5'])
  const { metrics } = store.steps()[1]!
  assert.equal(metrics['policy/temperature'], 1)
  assert.equal(metrics['cost/total'], 0)
  assert.equal('completions/clipped_ratio' in metrics, false)
})

test('attempts that failed when they were judged are no rollouts: they stop no training', async (t) => {
  const failing = [0, 1, 2].map((index) => toyJudgedProblem(index, (place) => (place < 4 ? null : place)))
  const { run, store } = await openJudgedRun(t, { training: { steps: 2 }, train: failing })
  await train(run)
  assert.deepEqual(
    store.steps().map(({ metrics }) => [metrics['unscorable_rate'], metrics['optimizer/steps']]),
    [
      [0, 1],
      [0, 1],
    ],
  )
})
