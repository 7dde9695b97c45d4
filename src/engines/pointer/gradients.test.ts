import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { PolicyLossOptions } from '../../core/policy-loss.ts'
import { randomFor } from '../../core/random.ts'
import { float32Tensor, type HostTensor, type TensorWorker } from '../../tensor/index.ts'
import type { ForwardBackwardResult, TokenSequence, TrainingDatum, TrainingLoss } from '../policy-engine.ts'
import { pointerArchitecture, type SelectorArchitecture } from './architecture.ts'
import { encodeSelector, selectorFile } from './checkpoint.ts'
import { type Freeze, freezes } from './create-pointer-engine.ts'
import { selectorParameterSpecs } from './parameters.ts'
import { pickPromptTokens } from './pick-tokens.ts'
import { logSoftmax, plackettLuce } from './plackett-luce.ts'
import { referenceScores } from './testing/reference-network.ts'
import {
  openToy,
  toyArchitectures,
  toyParameters,
  toyPicks,
  toyQueries,
  toyTables,
  toyTokens,
} from './testing/toy-selectors.ts'
import { startPointerWorker } from './testing/worker-access.ts'

const crossEntropy: TrainingLoss = { kind: 'cross-entropy' }

const policyOptions: PolicyLossOptions = {
  loss: 'grpo',
  clipLow: 0.2,
  clipHigh: 0.2,
  twoSidedDelta: null,
  dualClip: null,
  maxCompletionLength: 3,
  klCoefficient: 0.3,
  klEstimator: 'k3',
  importance: null,
  offPolicyLimit: null,
}

interface Pass {
  readonly data: readonly TrainingDatum[]
  readonly loss: TrainingLoss
}

/** Pools of unequal size and three picks, so that padding and every kind of step are part of it. */
const queries = toyQueries([6, 5, 16])

function sequencesFor(architecture: SelectorArchitecture): TokenSequence[] {
  const hasStop = architecture.kind === 'pointer' && architecture.stop !== null
  return queries.flatMap((query, q) => {
    const prompt = pickPromptTokens(toyTokens, query)
    return Array.from({ length: 4 }, (_, i): TokenSequence => {
      const picks = toyPicks(prompt, 3, 4 * q + i)
      // Completions of one prompt differ in length.
      if (i !== 1) return { prompt, completion: picks }
      return { prompt, completion: hasStop ? [picks[0]!, toyTokens.candidates] : picks.slice(0, 2) }
    })
  })
}

function weightedPass(architecture: SelectorArchitecture): Pass {
  const rng = randomFor('weights')
  const data = sequencesFor(architecture).map((sequence) => ({ ...sequence, oldLogprobs: [], advantage: rng.next() }))
  return { data, loss: crossEntropy }
}

/** @param reference another selector, so that the KL has a gradient. */
async function policyPass(
  architecture: SelectorArchitecture,
  own: TensorWorker,
  reference: TensorWorker,
): Promise<Pass> {
  const rng = randomFor('advantages')
  const sequences = sequencesFor(architecture)
  const scored = { snapshot: null, sequences }
  const logprobs = await own.call<Float32Array[]>('logprobs', scored)
  const referenceLogprobs = await reference.call<Float32Array[]>('logprobs', scored)
  const data = sequences.map((sequence, i): TrainingDatum => {
    return {
      ...sequence,
      // Ratios on both sides of the clip range, none at its edges, where there is no derivative.
      oldLogprobs: Array.from(logprobs[i]!, (value, step) => value - [-0.4, -0.05, 0.05, 0.4][(i + step) % 4]!),
      referenceLogprobs: Array.from(referenceLogprobs[i]!),
      advantage: rng.normal(),
    }
  })
  return { data, loss: { kind: 'policy', options: policyOptions } }
}

interface Learned extends ForwardBackwardResult {
  /** One list a trained tensor. */
  readonly gradients: Float32Array[]
}

async function learn(worker: TensorWorker, pass: Pass): Promise<Learned> {
  const result = await worker.call<ForwardBackwardResult>('forwardBackward', pass)
  return { ...result, gradients: await worker.call<Float32Array[]>('gradients', null) }
}

/** Sets the weights of a worker, which forgets its gradients. */
function createSetter(t: TestContext, architecture: SelectorArchitecture) {
  const folder = mkdtempSync(join(tmpdir(), 'baton-gradients-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return async (worker: TensorWorker, tensors: ReadonlyMap<string, HostTensor>): Promise<void> => {
    writeFileSync(join(folder, selectorFile), encodeSelector({ architecture, tensors }))
    await worker.call('load', folder)
  }
}

for (const [name, architecture] of Object.entries(toyArchitectures)) {
  test(`gradients agree with finite differences in a random direction of every tensor: ${name}`, async (t) => {
    const [worker, other] = [await startPointerWorker(t, architecture), await startPointerWorker(t, architecture)]
    const set = createSetter(t, architecture)
    await set(other, toyParameters(architecture, 5))
    const start = toyParameters(architecture)
    for (const pass of [weightedPass(architecture), await policyPass(architecture, worker, other)]) {
      await set(worker, start)
      const { gradients, metrics } = await learn(worker, pass)
      if (pass.loss.kind === 'policy') {
        assert.ok(metrics['kl']! > 1e-3, `the KL is ${metrics['kl']}`)
        assert.ok(metrics['clip_ratio/region_mean']! > 0)
      }
      for (const [i, { name: tensor, shape }] of selectorParameterSpecs(architecture).entries()) {
        const rng = randomFor('direction', tensor)
        const { data } = start.get(tensor)!
        const raw = Float64Array.from(data, () => rng.normal())
        const length = Math.hypot(...raw)
        const epsilon = 4e-3
        const lossAt = async (step: number): Promise<number> => {
          const moved = Float32Array.from(data, (value, k) => value + (step * raw[k]!) / length)
          await set(worker, new Map([...start, [tensor, float32Tensor(moved, shape)]]))
          return (await worker.call<ForwardBackwardResult>('forwardBackward', pass)).loss
        }
        const slope = ((await lossAt(epsilon)) - (await lossAt(-epsilon))) / (2 * epsilon)
        const expected = gradients[i]!.reduce((total, value, k) => total + (value * raw[k]!) / length, 0)
        assert.ok(
          Math.abs(slope - expected) < 3e-4 + 0.02 * Math.abs(expected),
          `${tensor} (${pass.loss.kind}): ${expected}, differences ${slope}`,
        )
      }
    }
  })
}

test('loss, entropy and gradient of weighted cross-entropy agree with the network in float64', async (t) => {
  const architecture = toyArchitectures['pointer network, two layers and heads']
  const pass = weightedPass(architecture)
  const { loss, entropy, gradients } = await learn(await startPointerWorker(t, architecture), pass)
  const tensors = new Map(
    [...toyParameters(architecture)].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]),
  )
  const tokens = pass.data.reduce((sum, { completion }) => sum + completion.length, 0)
  const weight = pass.data.reduce((sum, { advantage, completion }) => sum + advantage * completion.length, 0)
  const reference = (): { loss: number; entropy: number } => {
    const scores = queries.map((query) => referenceScores(architecture, tensors, toyTables(), query))
    let [lossSum, entropySum] = [0, 0]
    pass.data.forEach(({ completion, advantage }, i) => {
      const group = Math.floor(i / 4)
      const picks = completion.map((token) => queries[group]!.pool.indexOf(token))
      lossSum -= (advantage / weight) * plackettLuce(scores[group]!, picks)
      picks.forEach((_, step) => {
        const open = logSoftmax(scores[group]!, (choice) => !picks.slice(0, step).includes(choice))
        for (const logprob of open) if (Number.isFinite(logprob)) entropySum -= Math.exp(logprob) * logprob
      })
    })
    return { loss: lossSum, entropy: entropySum / tokens }
  }
  assert.ok(Math.abs(reference().loss - loss) < 1e-5)
  assert.ok(Math.abs(reference().entropy - entropy) < 1e-5)
  for (const [i, { name }] of selectorParameterSpecs(architecture).entries()) {
    const { data } = tensors.get(name)!
    for (let entry = 0; entry < data.length; entry += Math.ceil(data.length / 6)) {
      const value = data[entry]!
      const at = (x: number): number => {
        data[entry] = x
        return reference().loss
      }
      const slope = (at(value + 1e-5) - at(value - 1e-5)) / 2e-5
      at(value)
      assert.ok(Math.abs(slope - gradients[i]![entry]!) < 2e-6 + 1e-4 * Math.abs(slope), `${name}[${entry}]`)
    }
  }
})

test('onnxruntime computes what jax-js computes', async (t) => {
  const architecture = toyArchitectures['pointer network with gate']
  const [onnx, jax] = [
    await startPointerWorker(t, architecture),
    await startPointerWorker(t, architecture, { backend: 'jax-js' }),
  ]
  assert.notEqual(onnx.backend, jax.backend)
  const pass = weightedPass(architecture)
  const [a, b] = [await learn(onnx, pass), await learn(jax, pass)]
  assert.ok(Math.abs(a.loss - b.loss) < 1e-5)
  assert.ok(Math.abs(a.entropy - b.entropy) < 1e-5)
  assertNear(a.logprobs, b.logprobs, 1e-5)
  assertNear(a.gradients, b.gradients, 2e-5)
})

test('a pick that would win by far leaves the rest of the step whole: masks are minus infinity', async (t) => {
  // Temperature 1e-4: cosines of 1 and 0 are 10,000 apart; -100 in place of a mask would win against the rest.
  const architecture = pointerArchitecture({ inputWidth: 12, hiddenWidth: 8, layers: 0, temperature: 1e-4 })
  const tables = toyTables()
  const [query] = toyQueries([5])
  const best = query!.pool[0]!
  tables.queries.rows.set(tables.candidates.rows.subarray(best * 12, (best + 1) * 12))
  const worker = await startPointerWorker(t, architecture, { tables })
  const prompt = pickPromptTokens(toyTokens, query!)
  const sequences = query!.pool.slice(1).map((second) => ({ prompt, completion: [best, second] }))
  const logprobs = await worker.call<Float32Array[]>('logprobs', { snapshot: null, sequences })
  assert.ok(logprobs.every(([first]) => Math.abs(first!) < 1e-6))
  const total = logprobs.reduce((sum, [, second]) => sum + Math.exp(second!), 0)
  assert.ok(Math.abs(total - 1) < 1e-5, `the four second picks have probability ${total}`)
  const { gradients } = await learn(worker, weightedPass(architecture))
  assert.ok(gradients.every((gradient) => gradient.every(Number.isFinite)))
})

for (const freeze of ['backbone', 'attention'] as const satisfies readonly Freeze[]) {
  test(`frozen tensors do not move, and the others have the gradients that they have alone: ${freeze}`, async (t) => {
    const architecture = toyArchitectures['pointer network with gate']
    const isFrozen = (name: string): boolean => freezes[freeze].some((prefix) => name.startsWith(prefix))
    const names = selectorParameterSpecs(architecture).map(({ name }) => name)
    assert.ok(names.some(isFrozen) && !names.every(isFrozen))
    const pass = weightedPass(architecture)
    const [whole, part] = [
      await learn(await startPointerWorker(t, architecture), pass),
      await learn(await startPointerWorker(t, architecture, { frozen: freezes[freeze] }), pass),
    ]
    assertNear(
      part.gradients,
      whole.gradients.filter((_, i) => !isFrozen(names[i]!)),
      1e-6,
    )
    const engine = await openToy(t, architecture, { freeze })
    const before = await engine.tensors()
    const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, maxGradNorm: 1 }
    for (let step = 0; step < 3; step++) {
      await engine.forwardBackward(pass.data, pass.loss)
      await engine.optimStep(adam)
    }
    for (const [name, { data }] of await engine.tensors()) {
      const hasMoved = data.some((value, k) => value !== before.get(name)!.data[k])
      assert.equal(hasMoved, !isFrozen(name), name)
    }
  })
}

function assertNear(a: readonly Float32Array[], b: readonly Float32Array[], tolerance: number): void {
  assert.equal(a.length, b.length)
  a.forEach((list, i) => {
    assert.equal(list.length, b[i]!.length)
    list.forEach((value, k) => {
      assert.ok(Math.abs(value - b[i]![k]!) < tolerance, `${i}[${k}]: ${value} and ${b[i]![k]}`)
    })
  })
}
