import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { PolicyLossOptions } from '../../core/policy-loss.ts'
import { randomFor } from '../../core/random.ts'
import { parseModelConfig } from '../../models/index.ts'
import {
  decodeSafetensors,
  encodeSafetensors,
  float32Tensor,
  type HostTensor,
  startTensorWorker,
  type TensorWorker,
} from '../../tensor/index.ts'
import { scratchFolder, someTokens } from '../embedded/testing/tiny-model.ts'
import type { AdamOptions, ForwardBackwardResult, TrainingDatum } from '../policy-engine.ts'
import { adapterSpecs } from './adapter.ts'
import type { BasePrecision } from './base-weights.ts'
import type { LoraWorkerArgument } from './lora-worker.ts'
import { loraEngine, loraModelFolder, tinyLora, tinyModels } from './testing/tiny-models.ts'

const crossEntropy = { kind: 'cross-entropy' } as const
const adam: AdamOptions = {
  learningRate: 0.02,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0,
  maxGradNorm: 1,
}

/** Two completions of one prompt, and others of their own; longer than the sliding window. */
const data: TrainingDatum[] = [4, 11, 7, 20].map((length, i) => ({
  prompt: [5, 5, ...someTokens(i < 2 ? 9 : 3 + 4 * i, i < 2 ? 0 : i)],
  completion: someTokens(length, 20 + i),
  oldLogprobs: [],
  advantage: 1,
}))

/** A worker on the model of `folder`, its adapter moved away from zero by two steps. */
async function startTrained(
  t: TestContext,
  folder: string,
  {
    backend = 'onnxruntime',
    threads = 1,
    precision = 'float32',
    keptBytes = 0,
  }: {
    readonly backend?: 'onnxruntime' | 'jax-js'
    readonly threads?: number
    readonly precision?: BasePrecision
    readonly keptBytes?: number
  } = {},
): Promise<TensorWorker> {
  const config = parseModelConfig(readFileSync(join(folder, 'config.json'), 'utf8'), folder)
  const argument: LoraWorkerArgument = {
    config,
    folder,
    adapterFolder: null,
    lora: tinyLora,
    precision,
    seed: 3,
    batchTokens: 64,
    keptBytes,
    stopTokens: [config.endOfTextId],
  }
  const worker = await startTensorWorker(new URL('./lora-worker.ts', import.meta.url), { argument, threads, backend })
  t.after(() => worker.close())
  for (let step = 0; step < 2; step++) {
    await worker.call('forwardBackward', { data, loss: crossEntropy })
    await worker.call('optimStep', adam)
  }
  return worker
}

async function lossAndGradients(worker: TensorWorker) {
  const { loss, logprobs } = await worker.call<ForwardBackwardResult>('forwardBackward', { data, loss: crossEntropy })
  return { loss, logprobs, gradients: await worker.call<Float32Array[]>('gradients', null) }
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length)
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)))
  return largest
}

for (const [name, config] of Object.entries(tinyModels)) {
  test(`${name}: gradients agree with finite differences, in a random direction of every adapter tensor`, async (t) => {
    const folder = loraModelFolder(t, config)
    const worker = await startTrained(t, folder)
    const { gradients } = await lossAndGradients(worker)
    const saved = scratchFolder(t)
    await worker.call('save', saved)
    const path = join(saved, 'adapter_model.safetensors')
    const original = decodeSafetensors(readFileSync(path), path)
    const epsilon = 1e-2
    for (const [i, spec] of adapterSpecs(config, tinyLora).entries()) {
      // Every tensor of the first layer, and one of each other.
      if (i >= 14 && i % 14 !== 3) continue
      const rng = randomFor('direction', spec.name)
      const tensor = original.tensors.get(spec.name) as HostTensor
      const raw = Float32Array.from(tensor.data, () => rng.normal())
      const length = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0))
      const lossAt = async (step: number): Promise<number> => {
        const moved = Float32Array.from(tensor.data, (value, k) => value + (step * (raw[k] as number)) / length)
        const tensors = new Map([...original.tensors, [spec.name, float32Tensor(moved, spec.shape)]])
        writeFileSync(path, encodeSafetensors({ tensors, metadata: {} }))
        await worker.call('load', saved)
        const lists = await worker.call<Float32Array[]>('logprobs', { snapshot: null, sequences: data })
        const all = lists.flatMap((list) => Array.from(list))
        return -all.reduce((sum, value) => sum + value, 0) / all.length
      }
      const slope = ((await lossAt(epsilon)) - (await lossAt(-epsilon))) / (2 * epsilon)
      const expected = (gradients[i] as Float32Array).reduce((sum, g, k) => sum + (g * (raw[k] as number)) / length, 0)
      assert.ok(
        Math.abs(slope - expected) < 4e-4 + 0.02 * Math.abs(expected),
        `${spec.name}: ${expected}, differences ${slope}`,
      )
    }
  })
}

test('gradients agree with jax-js, which runs the same functions without the lowering', async (t) => {
  const folder = loraModelFolder(t)
  const onnx = await lossAndGradients(await startTrained(t, folder))
  const jax = await lossAndGradients(await startTrained(t, folder, { backend: 'jax-js' }))
  assert.ok(Math.abs(onnx.loss - jax.loss) < 1e-5)
  onnx.gradients.forEach((gradient, i) => {
    assert.ok(largestDifference(gradient, jax.gradients[i] ?? []) < 1e-5)
  })
})

test('a base of 8 bits is near the other, and its gradients are those of jax-js on the rounded numbers', async (t) => {
  const folder = loraModelFolder(t)
  const [whole, rounded] = [
    await lossAndGradients(await startTrained(t, folder)),
    await lossAndGradients(await startTrained(t, folder, { precision: 'int8' })),
  ]
  const jax = await lossAndGradients(await startTrained(t, folder, { precision: 'int8', backend: 'jax-js' }))
  const change = Math.abs(whole.loss - rounded.loss)
  assert.ok(change > 1e-6 && change < 0.05, `${whole.loss} and ${rounded.loss}`)
  assert.ok(Math.abs(rounded.loss - jax.loss) < 1e-5)
  rounded.gradients.forEach((gradient, i) => {
    assert.ok(largestDifference(gradient, jax.gradients[i] ?? []) < 1e-5)
  })
})

test('a policy step has the same gradients to the bit, whether its layers were kept from scoring or not', async (t) => {
  const folder = loraModelFolder(t)
  const options: PolicyLossOptions = {
    loss: 'grpo',
    clipLow: 0.2,
    clipHigh: 0.2,
    twoSidedDelta: null,
    dualClip: null,
    maxCompletionLength: 20,
    klCoefficient: 0,
    klEstimator: 'k3',
    importance: null,
    offPolicyLimit: null,
  }
  const groups = data.map((datum, i) => {
    // A sequence without an advantage is scored and not learned from.
    return { ...datum, oldLogprobs: datum.completion.map(() => -1), advantage: [1, 0, -1, 0.5][i] ?? 0 }
  })
  const gradientsWith = async (keptBytes: number): Promise<Float32Array[]> => {
    const worker = await startTrained(t, folder, { keptBytes })
    await worker.call('forwardBackward', { data: groups, loss: { kind: 'policy', options } })
    return worker.call<Float32Array[]>('gradients', null)
  }
  const whole = await gradientsWith(2 ** 28)
  assert.ok(whole.some((list) => list.some((value) => value !== 0)))
  assert.deepEqual(await gradientsWith(0), whole)
})

test('training gives the same bits again at the same number of threads', async (t) => {
  const folder = loraModelFolder(t)
  const bits = async (): Promise<string> => {
    const { loss, gradients } = await lossAndGradients(await startTrained(t, folder, { threads: 2 }))
    return JSON.stringify([loss, gradients.map((list) => Array.from(list))])
  }
  assert.equal(await bits(), await bits())
})

const hasPeft = spawnSync('python3', ['-c', 'import peft, transformers']).status === 0

for (const [name, config] of Object.entries(tinyModels)) {
  test(`${name}: the adapter in transformers and PEFT gives the same log-probs, loss and gradients`, {
    skip: hasPeft ? false : 'transformers and peft are not installed',
  }, async (t) => {
    const folder = loraModelFolder(t, config)
    const worker = await startTrained(t, folder)
    const own = await lossAndGradients(worker)
    const saved = scratchFolder(t)
    await worker.call('save', saved)
    const [input, output] = [join(saved, 'sequences.json'), join(saved, 'reference.json')]
    writeFileSync(input, JSON.stringify(data))
    const script = join(import.meta.dirname, 'testing', 'peft_reference.py')
    execFileSync('python3', [script, folder, saved, input, output], { stdio: ['ignore', 'ignore', 'pipe'] })
    const reference = JSON.parse(readFileSync(output, 'utf8')) as {
      loss: number
      logprobs: number[][]
      gradients: Record<string, number[]>
    }
    assert.ok(Math.abs(own.loss - reference.loss) < 1e-4, `${own.loss} and ${reference.loss}`)
    own.logprobs.forEach((list, i) => {
      const difference = largestDifference(list, reference.logprobs[i] ?? [])
      assert.ok(difference < 1e-4, `sequence ${i}: ${difference}`)
    })
    for (const [i, spec] of adapterSpecs(config, tinyLora).entries()) {
      const difference = largestDifference(own.gradients[i] ?? [], reference.gradients[spec.name] ?? [])
      assert.ok(difference < 1e-4, `${spec.name}: ${difference}`)
    }
  })
}

test('with the adapter off the base is what it was, whatever the adapter has learned', async (t) => {
  const engine = await loraEngine(t)
  const before = await engine.logprobs(data)
  await engine.forwardBackward(data, crossEntropy)
  await engine.optimStep(adam)
  const base = await engine.base.logprobs(data)
  base.forEach((list, i) => {
    assert.ok(largestDifference(list, before[i] ?? []) < 1e-5)
  })
  assert.ok(largestDifference((await engine.logprobs(data))[0] ?? [], base[0] ?? []) > 1e-3)
  const requests = [{ prompt: data[0]?.prompt ?? [], count: 2, key: ['base'] }]
  const options = { maxTokens: 5, temperature: 1, topP: 1 }
  const [sampled] = await engine.base.sample(requests, options)
  const scored = await engine.base.logprobs(
    (sampled ?? []).map(({ tokens }) => ({ prompt: requests[0]?.prompt ?? [], completion: tokens })),
  )
  sampled?.forEach(({ logprobs }, i) => {
    assert.ok(largestDifference(logprobs, scored[i] ?? []) < 1e-4)
  })
})
