import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { randomFor } from '../../core/random.ts'
import {
  decodeSafetensors,
  encodeSafetensors,
  float32Tensor,
  type HostTensor,
  type TensorWorker,
} from '../../tensor/index.ts'
import type { ForwardBackwardResult, TrainingDatum } from '../policy-engine.ts'
import { parameterSpecs } from './parameters.ts'
import { someTokens, tinyConfig, tinyModelFolder } from './testing/tiny-model.ts'
import { startEmbeddedWorker } from './testing/worker-access.ts'

const crossEntropy = { kind: 'cross-entropy' } as const

/** Unequal lengths, a repeated token, two micro-batch shapes. */
const data: TrainingDatum[] = [4, 11, 7, 30].map((length, i) => ({
  prompt: [5, 5, ...someTokens(3 + 4 * i, i)],
  completion: someTokens(length, 20 + i),
  oldLogprobs: [],
  advantage: 1,
}))

async function lossAndGradients(
  worker: TensorWorker,
): Promise<{ loss: number; gradients: Float32Array[]; logprobs: readonly Float32Array[] }> {
  const { loss, logprobs } = await worker.call<ForwardBackwardResult>('forwardBackward', { data, loss: crossEntropy })
  const gradients = await worker.call<Float32Array[]>('gradients', null)
  return { loss, gradients, logprobs }
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length)
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)))
  return largest
}

test('gradients agree with jax-js, which runs the same functions without the lowering', async (t) => {
  const folder = tinyModelFolder(t)
  const onnx = await lossAndGradients(await startEmbeddedWorker(t, folder))
  const jax = await lossAndGradients(await startEmbeddedWorker(t, folder, { backend: 'jax-js' }))
  assert.ok(Math.abs(onnx.loss - jax.loss) < 1e-6)
  onnx.gradients.forEach((gradient, i) => {
    assert.ok(largestDifference(gradient, jax.gradients[i] ?? []) < 2e-6)
  })
})

test('gradients agree with finite differences of the loss, in a random direction of every tensor', async (t) => {
  const folder = tinyModelFolder(t)
  const { gradients } = await lossAndGradients(await startEmbeddedWorker(t, folder))
  const path = join(folder, 'model.safetensors')
  const original = decodeSafetensors(readFileSync(path), path)
  const epsilon = 4e-3
  const worker = await startEmbeddedWorker(t, folder)
  for (const [i, { name, shape }] of parameterSpecs(tinyConfig).entries()) {
    const rng = randomFor('direction', name)
    const tensor = original.tensors.get(name) as HostTensor
    const raw = Float32Array.from(tensor.data, () => rng.normal())
    const length = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0))
    const direction = raw.map((value) => value / length)
    const lossAt = async (step: number): Promise<number> => {
      const moved = float32Tensor(
        Float32Array.from(tensor.data, (value, k) => value + step * (direction[k] as number)),
        shape,
      )
      const tensors = new Map([...original.tensors, [name, moved]])
      writeFileSync(path, encodeSafetensors({ tensors, metadata: {} }))
      await worker.call('load', folder)
      const logprobs = await worker.call<Float32Array[]>('logprobs', { snapshot: null, sequences: data })
      const all = logprobs.flatMap((list) => Array.from(list))
      return -all.reduce((sum, value) => sum + value, 0) / all.length
    }
    const slope = ((await lossAt(epsilon)) - (await lossAt(-epsilon))) / (2 * epsilon)
    const expected = (gradients[i] as Float32Array).reduce((sum, value, k) => sum + value * (direction[k] as number), 0)
    assert.ok(
      Math.abs(slope - expected) < 2e-4 + 0.02 * Math.abs(expected),
      `${name}: ${expected}, differences ${slope}`,
    )
  }
})

const hasTorch = spawnSync('python3', ['-c', 'import torch']).status === 0

for (const tiesEmbeddings of [true, false]) {
  test(`loss, gradients and log-probs agree with PyTorch in float64 (${tiesEmbeddings ? 'tied' : 'own'} head)`, {
    skip: hasTorch ? false : 'PyTorch is not installed',
  }, async (t) => {
    const folder = tinyModelFolder(t, { tiesEmbeddings })
    const own = await lossAndGradients(await startEmbeddedWorker(t, folder))
    const [input, output] = [join(folder, 'sequences.json'), join(folder, 'reference.json')]
    writeFileSync(input, JSON.stringify(data))
    execFileSync('python3', [join(import.meta.dirname, 'testing', 'llama_reference.py'), folder, input, output])
    const reference = JSON.parse(readFileSync(output, 'utf8')) as {
      loss: number
      logprobs: number[][]
      gradients: Record<string, number[]>
    }
    assert.ok(Math.abs(own.loss - reference.loss) < 1e-5)
    own.logprobs.forEach((list, i) => {
      assert.ok(largestDifference(list, reference.logprobs[i] ?? []) < 1e-5)
    })
    for (const [i, { name }] of parameterSpecs({ ...tinyConfig, tiesEmbeddings }).entries()) {
      assert.ok(largestDifference(own.gradients[i] ?? [], reference.gradients[name] ?? []) < 2e-6, name)
    }
  })
}
