import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { PolicyEngine, TrainingDatum } from '../policy-engine.ts'
import { scratchFolder, someTokens, tinyEngine } from './testing/tiny-model.ts'

const adam = { learningRate: 3e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, maxGradNorm: 1 }
/** Wide enough that two threads share the products. */
const config = { hiddenSize: 64, intermediateSize: 176, vocabularySize: 160, contextLength: 160 }

async function hashAfterTraining(t: TestContext, threads: number): Promise<string> {
  const engine = await tinyEngine(t, { threads, config })
  for (let step = 0; step < 2; step++) {
    const prompts = [0, 1, 2].map((i) => someTokens(4 + 9 * i, step + i, 160))
    const groups = await engine.sample(
      prompts.map((prompt, i) => ({ prompt, count: 4, key: ['determinism', step, i] })),
      { maxTokens: 40, temperature: 1, topP: 1 },
    )
    const data = groups.flatMap((group, i) =>
      group.map(({ tokens, logprobs }, k): TrainingDatum => {
        return { prompt: prompts[i] ?? [], completion: tokens, oldLogprobs: logprobs, advantage: k % 2 === 0 ? 1 : -1 }
      }),
    )
    await engine.forwardBackward(data, { kind: 'policy', options: grpo })
    await engine.forwardBackward(data, { kind: 'cross-entropy' })
    await engine.optimStep(adam)
  }
  const folder = scratchFolder(t)
  await engine.save(folder)
  await engine.close()
  const hash = createHash('sha256')
  for (const name of ['model.safetensors', 'optimizer.safetensors']) hash.update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}

const grpo = {
  loss: 'grpo',
  clipLow: 0.2,
  clipHigh: 0.2,
  twoSidedDelta: null,
  dualClip: null,
  maxCompletionLength: 40,
  klCoefficient: 0,
  klEstimator: 'k3',
  importance: null,
  offPolicyLimit: null,
} as const

test('sampling and training give the same parameters to the bit on 1 and 2 threads and on repeated runs', async (t) => {
  const hashes = [await hashAfterTraining(t, 1), await hashAfterTraining(t, 2), await hashAfterTraining(t, 2)]
  assert.deepEqual(new Set(hashes).size, 1, hashes.join(' '))
})

test('a completion has the same tokens and log-probs to the bit, whatever else is sampled in the call', async (t) => {
  const engine = await tinyEngine(t, { threads: 2, config })
  const options = { maxTokens: 60, temperature: 0.8, topP: 1 }
  const requests = Array.from({ length: 30 }, (_, i) => ({
    prompt: someTokens(2 + 3 * i, i, 160),
    count: 3,
    key: ['company', i],
  }))
  const together = await engine.sample(requests, options)
  for (const i of [0, 7, 29]) {
    const alone = await engine.sample([requests[i] as (typeof requests)[0]], options)
    assert.deepEqual(alone[0], together[i])
  }
})

async function logprobsOf(engine: PolicyEngine, sequences: { prompt: number[]; completion: number[] }[]) {
  return engine.logprobs(sequences)
}

test('padding changes no number: a sequence alone, among longer ones and among others of its length', async (t) => {
  const engine = await tinyEngine(t, { threads: 1, config })
  const one = { prompt: someTokens(5, 1), completion: someTokens(9, 2) }
  const long = { prompt: someTokens(3, 3), completion: someTokens(130, 4) }
  const [alone] = await logprobsOf(engine, [one])
  for (const company of [[long], [one, one, one, long], [long, one, long]]) {
    const [among] = await logprobsOf(engine, [one, ...company])
    among?.forEach((value, k) => {
      assert.ok(Math.abs(value - (alone?.[k] as number)) <= 1e-6)
    })
  }
})

test('padding changes no gradient: the norm of a batch is that of its sequences padded otherwise', async (t) => {
  const data = [6, 33, 70, 12].map((length, i) => {
    return { prompt: someTokens(4 + i, i), completion: someTokens(length, 9 + i), oldLogprobs: [], advantage: 1 }
  })
  const norms: number[] = []
  for (const microBatchTokens of [96, 512, 4096]) {
    const engine = await tinyEngine(t, { config, microBatchTokens })
    await engine.forwardBackward(data, { kind: 'cross-entropy' })
    norms.push((await engine.optimStep(adam)).gradNorm)
  }
  for (const norm of norms) assert.ok(Math.abs(norm / (norms[0] as number) - 1) < 1e-5, norms.join(' '))
})
