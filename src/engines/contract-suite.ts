/**
 * The suite that every `PolicyEngine` passes. An implementation calls `policyEngineContract` in its own test file and
 * declares, with a reason, what it cannot do.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { PolicyLossOptions } from '../core/policy-loss.ts'
import { hashKey } from '../core/random.ts'
import type { AdamOptions, PolicyEngine, SampleRequest, TrainingDatum, TrainingLoss } from './policy-engine.ts'

export type ContractPart = 'sampling' | 'log-probs' | 'training' | 'snapshot' | 'save and load' | 'abort'

export interface ContractSubject {
  readonly name: string
  /** A fresh engine with the same first weights at every call; the suite closes it. */
  create(t: TestContext): Promise<PolicyEngine>
  /** Parts that are skipped, with the reason. */
  readonly skips?: Partial<Record<ContractPart, string>>
}

const adam: AdamOptions = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0,
  maxGradNorm: 1,
}

const policyOptions: PolicyLossOptions = {
  loss: 'grpo',
  clipLow: 0.2,
  clipHigh: 0.2,
  twoSidedDelta: null,
  dualClip: null,
  maxCompletionLength: 8,
  klCoefficient: 0,
  klEstimator: 'k3',
  importance: null,
}

const crossEntropy: TrainingLoss = { kind: 'cross-entropy' }
const sampling = { maxTokens: 8, temperature: 1, topP: 1 }

export function policyEngineContract(subject: ContractSubject): void {
  const check = (part: ContractPart, sentence: string, run: (engine: PolicyEngine) => Promise<void>): void => {
    const skip = subject.skips?.[part]
    test(`${subject.name}: ${sentence}`, skip === undefined ? {} : { skip }, async (t) => {
      const engine = await subject.create(t)
      try {
        await run(engine)
      } finally {
        await engine.close()
      }
    })
  }

  check('sampling', 'a completion ends with the end of text or at the token limit', async (engine) => {
    const groups = await engine.sample([request(engine, 0, 6)], sampling)
    assert.equal(groups[0]?.length, 6)
    for (const { tokens, logprobs, stopReason } of groups.flat()) {
      assert.equal(tokens.length, logprobs.length)
      assert.ok(logprobs.every((logprob) => logprob <= 0))
      const ended = tokens.indexOf(engine.tokenizer.endOfTextId)
      if (stopReason === 'stop') assert.equal(ended, tokens.length - 1)
      else assert.deepEqual([ended, tokens.length], [-1, sampling.maxTokens])
    }
  })

  check('sampling', 'completions are the same alone, in company and again', async (engine) => {
    const requests = [request(engine, 0, 2), request(engine, 1, 3), request(engine, 2, 1)]
    const together = await engine.sample(requests, sampling)
    const again = await engine.sample(requests, sampling)
    const alone = await engine.sample([requests[1] as SampleRequest], sampling)
    assert.deepEqual(again, together)
    assert.deepEqual(
      alone[0]?.map(({ tokens }) => tokens),
      together[1]?.map(({ tokens }) => tokens),
    )
  })

  check('sampling', 'another key draws another completion, and the i-th completion has its own key', async (engine) => {
    const [a, b] = await engine.sample([request(engine, 0, 4, 'one'), request(engine, 0, 4, 'two')], sampling)
    assert.notDeepEqual(a, b)
    assert.equal(new Set(a?.map(({ tokens }) => tokens.join())).size, 4)
  })

  check('sampling', 'seeds that are the hashes of keys draw what the keys draw', async (engine) => {
    const keyed = request(engine, 0, 3)
    const seeds = [0, 1, 2].map((i) => hashKey([...keyed.key, i]))
    const seeded = { ...keyed, key: ['another'], seeds }
    assert.deepEqual(await engine.sample([seeded], sampling), await engine.sample([keyed], sampling))
  })

  check('sampling', 'temperature 0 always takes the same tokens', async (engine) => {
    const groups = await engine.sample([request(engine, 0, 3)], { ...sampling, temperature: 0 })
    assert.equal(new Set(groups[0]?.map(({ tokens }) => tokens.join())).size, 1)
  })

  check('log-probs', 'log-probs of sampled tokens are those that the trainer computes', async (engine) => {
    const requests = [request(engine, 0, 3), request(engine, 1, 3)]
    const groups = await engine.sample(requests, sampling)
    const flat = groups.flatMap((group, i) =>
      group.map((sampled) => ({ sampled, prompt: (requests[i] as SampleRequest).prompt })),
    )
    const scored = await engine.logprobs(flat.map(({ prompt, sampled }) => ({ prompt, completion: sampled.tokens })))
    flat.forEach(({ sampled }, i) => {
      assertClose(scored[i] ?? [], sampled.logprobs, 1e-4)
    })
  })

  check('training', 'cross-entropy falls on what is trained', async (engine) => {
    const data = trainingData(engine)
    const first = await engine.forwardBackward(data, crossEntropy)
    await engine.optimStep(adam)
    for (let step = 0; step < 5; step++) {
      await engine.forwardBackward(data, crossEntropy)
      await engine.optimStep(adam)
    }
    const last = await engine.forwardBackward(data, crossEntropy)
    assert.ok(last.loss < first.loss - 0.1, `${first.loss} to ${last.loss}`)
  })

  check('training', 'the log-probs of a training pass are those of the weights before it', async (engine) => {
    const data = trainingData(engine)
    const before = await engine.logprobs(data)
    const { logprobs, entropy } = await engine.forwardBackward(data, crossEntropy)
    logprobs.forEach((list, i) => {
      assertClose(list, before[i] ?? [], 1e-5)
    })
    assert.ok(entropy > 0 && entropy < Math.log(engine.tokenizer.vocabularySize) + 1e-6)
  })

  check('training', 'a policy step makes good completions likelier and bad ones less likely', async (engine) => {
    const [good, bad] = trainingData(engine) as [TrainingDatum, TrainingDatum]
    const old = await engine.logprobs([good, bad])
    const data = [good, bad].map((datum, i) => {
      return { ...datum, oldLogprobs: Array.from(old[i] ?? []), advantage: i === 0 ? 1 : -1 }
    })
    const { metrics } = await engine.forwardBackward(data, { kind: 'policy', options: policyOptions })
    assert.equal(metrics['clip_ratio/region_mean'], 0)
    const { isApplied, gradNorm } = await engine.optimStep(adam)
    assert.ok(isApplied && gradNorm > 0)
    const fresh = await engine.logprobs([good, bad])
    assert.ok(sum(fresh[0]) > sum(old[0]))
    assert.ok(sum(fresh[1]) < sum(old[1]))
  })

  check('training', 'sampler log-probs reach the importance correction', async (engine) => {
    const [datum] = trainingData(engine) as [TrainingDatum]
    const old = Array.from((await engine.logprobs([datum]))[0] ?? [])
    const options = { ...policyOptions, importance: { mode: 'token_truncate', cap: 2 } } as const
    const lossWith = async (samplerLogprobs: readonly number[]): Promise<number> => {
      const data = [{ ...datum, oldLogprobs: old, samplerLogprobs }]
      return (await engine.forwardBackward(data, { kind: 'policy', options })).loss
    }
    const same = await lossWith(old)
    const likelier = await lossWith(old.map((logprob) => logprob + Math.log(2)))
    assert.ok(Math.abs(likelier - same / 2) < 1e-6, `${same} and ${likelier}`)
  })

  check('training', 'two passes before a step add up', async (engine) => {
    const data = trainingData(engine)
    await engine.forwardBackward(data, crossEntropy)
    const once = await engine.optimStep({ ...adam, learningRate: 0 })
    await engine.forwardBackward(data, crossEntropy)
    await engine.forwardBackward(data, crossEntropy)
    const twice = await engine.optimStep({ ...adam, learningRate: 0 })
    assert.ok(Math.abs(twice.gradNorm / once.gradNorm - 2) < 1e-4)
  })

  check('training', 'a gradient that is not finite changes nothing', async (engine) => {
    const data = trainingData(engine)
    await engine.forwardBackward(data, crossEntropy)
    await engine.optimStep(adam)
    const before = await engine.logprobs(data)
    const poisoned = data.map((datum) => ({ ...datum, advantage: Number.POSITIVE_INFINITY }))
    await engine.forwardBackward(poisoned, crossEntropy)
    const step = await engine.optimStep(adam)
    assert.equal(step.isApplied, false)
    assert.deepEqual(await engine.logprobs(data), before)
    await engine.forwardBackward(data, crossEntropy)
    assert.equal((await engine.optimStep(adam)).isApplied, true)
  })

  check('snapshot', 'a snapshot keeps its weights while training goes on', async (engine) => {
    const data = trainingData(engine)
    const snapshot = await engine.snapshot()
    const before = await engine.logprobs(data)
    await engine.forwardBackward(data, crossEntropy)
    await engine.optimStep(adam)
    assert.deepEqual(await snapshot.logprobs(data), before)
    assert.notDeepEqual(await engine.logprobs(data), before)
    const later = await engine.snapshot()
    assert.equal(later.version, snapshot.version + 1)
    await snapshot.close()
    await later.close()
  })

  check('save and load', 'what is saved goes on exactly as if it had not been', async (engine) => {
    const folder = mkdtempSync(join(tmpdir(), 'baton-contract-'))
    try {
      const data = trainingData(engine)
      const train = async (): Promise<void> => {
        await engine.forwardBackward(data, crossEntropy)
        await engine.optimStep(adam)
      }
      await train()
      await engine.save(folder)
      await train()
      const expected = await engine.logprobs(data)
      await train()
      await engine.load(folder)
      await train()
      assert.deepEqual(await engine.logprobs(data), expected)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  check('abort', 'an aborted call rejects with the reason and leaves the engine usable', async (engine) => {
    const reason = new Error('enough')
    const requests = [request(engine, 0, 2)]
    await assert.rejects(engine.sample(requests, sampling, AbortSignal.abort(reason)), reason)
    const controller = new AbortController()
    const running = engine.forwardBackward(trainingData(engine), crossEntropy, controller.signal)
    controller.abort(reason)
    await running.catch((error: unknown) => assert.equal(error, reason))
    assert.equal((await engine.sample(requests, sampling)).length, 1)
  })
}

/** A prompt of ordinary tokens, longer for a larger `index`. */
function request(engine: PolicyEngine, index: number, count: number, key = 'contract'): SampleRequest {
  return { prompt: ordinaryTokens(engine, 3 + 4 * index, index), count, key: [key, index] }
}

function trainingData(engine: PolicyEngine): TrainingDatum[] {
  return [0, 1, 2].map((i) => ({
    prompt: ordinaryTokens(engine, 3 + 2 * i, i),
    completion: ordinaryTokens(engine, 5 + i, 10 + i),
    oldLogprobs: Array<number>(5 + i).fill(-1),
    advantage: 1,
  }))
}

function ordinaryTokens(engine: PolicyEngine, count: number, start: number): number[] {
  const { vocabularySize, endOfTextId, padId } = engine.tokenizer
  const first = Math.max(endOfTextId, padId) + 1
  return Array.from({ length: count }, (_, i) => first + ((start * 13 + i * i + 5 * i) % (vocabularySize - first)))
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length)
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number))
    assert.ok(difference <= tolerance, `item ${i}: ${actual[i]} and ${expected[i]} differ by ${difference}`)
  }
}

const sum = (list: ArrayLike<number> | undefined): number => Array.from(list ?? []).reduce((a, b) => a + b, 0)
