/** The same losses on the same data give the same weights on the embedded engine and through the server. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { defaultPolicyLoss } from '../../src/core/fixtures/policy-loss.ts'
import type { PolicyLossOptions } from '../../src/core/policy-loss.ts'
import { createEmbeddedEngine, type EmbeddedEngine } from '../../src/engines/embedded/index.ts'
import { someTokens } from '../../src/engines/embedded/testing/tiny-model.ts'
import type { PolicyEngine, TrainingDatum, TrainingLoss } from '../../src/engines/policy-engine.ts'
import { createTinkerEngine, type LossChoice, type TinkerEngineOptions } from '../../src/engines/tinker/index.ts'
import { type RunningServer, startServe } from '../../src/tinker-server/index.ts'
import { engineOptions, largestDifference, newestWeights, serveOptions } from './served-engine.ts'
import { tinyFolders } from './tiny-folders.ts'

let server: RunningServer
let embedded: EmbeddedEngine
const folders = tinyFolders()
const serveFolder = folders.serve()
before(async () => {
  server = await startServe(serveOptions(serveFolder, folders.model))
  embedded = await createEmbeddedEngine({ modelFolder: folders.model, threads: 1 })
})
after(async () => {
  await embedded.close()
  await server.close()
  folders.remove()
})

const adam = { learningRate: 0.002, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, maxGradNorm: 1 }

/** Ratios away from 1 on both sides, sampler log-probs of their own, a reference, advantages of both signs. */
function batch(step: number, old: readonly Float32Array[]): TrainingDatum[] {
  return sequences(step).map((sequence, i) => {
    const own = Array.from(old[i] ?? [])
    return {
      ...sequence,
      oldLogprobs: own.map((value, t) => value + 0.3 * Math.sin(3 * i + t + step)),
      samplerLogprobs: own.map((value, t) => value + 0.3 * Math.sin(3 * i + t + step) + 0.1 * Math.cos(t)),
      referenceLogprobs: own.map((value, t) => value - 0.2 * Math.cos(i + t)),
      advantage: [1.5, -1, 0.5, -0.25][i] as number,
    }
  })
}

function sequences(step: number) {
  return [0, 1, 2, 3].map((i) => ({
    prompt: someTokens(3 + 2 * i, i + step),
    completion: someTokens(4 + 3 * i, 20 + i + step),
  }))
}

/** Three steps; the data of a step depend on the weights before it, as in training. */
async function learn(engine: PolicyEngine, loss: TrainingLoss): Promise<number[]> {
  const losses: number[] = []
  for (let step = 0; step < 3; step++) {
    const data = batch(step, await engine.logprobs(sequences(step)))
    losses.push((await engine.forwardBackward(data, loss)).loss)
    await engine.optimStep(adam)
  }
  return losses
}

async function bothWays(name: string, loss: TrainingLoss, choice: LossChoice, changes: Partial<TinkerEngineOptions>) {
  await embedded.load(folders.model)
  const folder = join(folders.root, name)
  const expected = await learn(embedded, loss)
  await embedded.save(folder)
  const served = await createTinkerEngine(engineOptions(server.baseUrl, { choice, ...changes }))
  const losses = await learn(served, loss)
  const record = join(folders.root, `${name}-served`)
  mkdirSync(record)
  await served.save(record)
  await served.close()
  losses.forEach((value, step) => {
    assert.ok(Math.abs(value - (expected[step] as number)) < 1e-4, `step ${step}: ${value} and ${expected[step]}`)
  })
  return largestDifference(newestWeights(join(serveFolder, 'checkpoints')), newestWeights(folder))
}

function sameWeights(name: string, options: Partial<PolicyLossOptions>, choice: Partial<LossChoice> = {}): void {
  const loss = { kind: 'policy', options: { ...defaultPolicyLoss, ...options } } as const
  test(`${name} gives the embedded engine's weights within 1e-4`, async () => {
    const difference = await bothWays(name.replaceAll(/\W+/g, '-'), loss, { losses: 'auto', kl: 'loss', ...choice }, {})
    assert.ok(difference <= 1e-4, `the weights differ by ${difference}`)
  })
}

const importance = { mode: 'token_truncate', cap: 1.05, floor: 0, length: 'sum' } as const

sameWeights('grpo, built in', { importance }, { losses: 'built-in' })
sameWeights('cispo, built in', { loss: 'cispo', clipHigh: 1.1 }, { losses: 'built-in' })
sameWeights('grpo with KL in the loss, custom', { klCoefficient: 0.1, importance }, { losses: 'custom' })
sameWeights('two-sided, dual-clipped dr_grpo, custom', { loss: 'dr_grpo', twoSidedDelta: 1.25, dualClip: 1.1 })

test("cross-entropy over batches that are sent in parts gives the embedded engine's weights within 1e-4", async () => {
  const changes = { batchLimits: { data: 3, bytes: 5e6 } }
  const difference = await bothWays('in-parts', { kind: 'cross-entropy' }, { losses: 'auto', kl: 'loss' }, changes)
  assert.ok(difference <= 1e-4, `the weights differ by ${difference}`)
})

test('a loss that the server lacks is refused where built-in is asked for, with the way out', async () => {
  const engine = await createTinkerEngine(engineOptions(server.baseUrl, { choice: { losses: 'built-in', kl: 'loss' } }))
  const options = { ...defaultPolicyLoss, klCoefficient: 0.1 }
  const data = batch(0, await engine.logprobs(sequences(0)))
  await assert.rejects(engine.forwardBackward(data, { kind: 'policy', options }), {
    code: 'tinker-unsupported',
    hint: /policy\.tinker\.losses: custom/,
  })
  await engine.close()
})
