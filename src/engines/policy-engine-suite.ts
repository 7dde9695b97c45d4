/**
 * The suite that every `PolicyEngine` passes, with that of `PolicySampler` over the engine and over its snapshots. An
 * implementation calls `policyEngineContract` in its own test file and declares, with a reason, what it cannot do.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { PolicyLossOptions } from '../core/policy-loss.ts'
import { assertRejectsWith, type ContractSubject, contractOf } from '../testing/contract.ts'
import type { AdamOptions, PolicyEngine, TrainingDatum, TrainingLoss } from './policy-engine.ts'
import {
  assertClose,
  ordinaryTokens,
  type PromptSource,
  policySamplerContract,
  request,
  type SamplerPart,
  sampling,
} from './policy-sampler-suite.ts'

export type EnginePart = SamplerPart | 'training' | 'save and load' | 'foreign layout' | 'cannot learn'

export interface EngineScene extends Pick<PromptSource, 'sequences'> {
  readonly engine: PolicyEngine
  /** Writes what another layout of the engine saves. @returns the folder, and what the refusal of it must name. */
  foreignCheckpoint?(): Promise<{ readonly folder: string; readonly names: RegExp }>
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
  offPolicyLimit: null,
}

const crossEntropy: TrainingLoss = { kind: 'cross-entropy' }

export function policyEngineContract(subject: ContractSubject<EnginePart, EngineScene>): void {
  const skips = subject.skips ?? {}
  policySamplerContract({
    name: subject.name,
    skips,
    create: async (t) => {
      const scene = await subject.create(t)
      const { engine } = scene
      return { ...sourceOf(scene), sampler: engine, contextLength: engine.contextLength }
    },
  })
  policySamplerContract({
    name: `${subject.name}, snapshot`,
    skips,
    create: async (t) => {
      const scene = await subject.create(t)
      const sampler = await scene.engine.snapshot()
      return { ...sourceOf(scene), sampler, contextLength: scene.engine.contextLength }
    },
  })
  trainingContract(subject)
  stateContract(subject)
  endingContract(subject)
}

function trainingContract(subject: ContractSubject<EnginePart, EngineScene>): void {
  const check = contractOf(subject)

  check('training', 'cross-entropy falls on what is trained', async (scene) => {
    const { engine } = scene
    const data = trainingData(scene)
    const first = await engine.forwardBackward(data, crossEntropy)
    await engine.optimStep(adam)
    for (let step = 0; step < 5; step++) {
      await engine.forwardBackward(data, crossEntropy)
      await engine.optimStep(adam)
    }
    const last = await engine.forwardBackward(data, crossEntropy)
    assert.ok(last.loss < first.loss - 0.1, `${first.loss} to ${last.loss}`)
  })

  check('training', 'the log-probs of a training pass are those of the weights before it', async (scene) => {
    const { engine } = scene
    const data = trainingData(scene)
    const before = await engine.logprobs(data)
    const { logprobs, entropy } = await engine.forwardBackward(data, crossEntropy)
    logprobs.forEach((list, i) => {
      assertClose(list, before[i] ?? [], 1e-5)
    })
    assert.ok(entropy > 0 && entropy < Math.log(engine.tokenizer.vocabularySize) + 1e-6)
  })

  check('training', 'a policy step makes good completions likelier and bad ones less likely', async (scene) => {
    const { engine } = scene
    const [good, bad] = trainingData(scene) as [TrainingDatum, TrainingDatum]
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

  check('training', 'sampler log-probs reach the importance correction', async (scene) => {
    const { engine } = scene
    const [datum] = trainingData(scene) as [TrainingDatum]
    const old = Array.from((await engine.logprobs([datum]))[0] ?? [])
    const options = {
      ...policyOptions,
      importance: { mode: 'token_truncate', cap: 2, floor: 0, length: 'sum' },
    } as const
    const lossWith = async (samplerLogprobs: readonly number[]): Promise<number> => {
      const data = [{ ...datum, oldLogprobs: old, samplerLogprobs }]
      return (await engine.forwardBackward(data, { kind: 'policy', options })).loss
    }
    const same = await lossWith(old)
    const likelier = await lossWith(old.map((logprob) => logprob + Math.log(2)))
    assert.ok(Math.abs(likelier - same / 2) < 1e-6, `${same} and ${likelier}`)
  })

  check('training', 'two passes before a step add up', async (scene) => {
    const { engine } = scene
    const data = trainingData(scene)
    await engine.forwardBackward(data, crossEntropy)
    const once = await engine.optimStep({ ...adam, learningRate: 0 })
    await engine.forwardBackward(data, crossEntropy)
    await engine.forwardBackward(data, crossEntropy)
    const twice = await engine.optimStep({ ...adam, learningRate: 0 })
    assert.ok(Math.abs(twice.gradNorm / once.gradNorm - 2) < 1e-4)
  })

  check('training', 'a gradient that is not finite changes nothing', async (scene) => {
    const { engine } = scene
    const data = trainingData(scene)
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
}

function stateContract(subject: ContractSubject<EnginePart, EngineScene>): void {
  const check = contractOf(subject)

  check('training', 'a snapshot scores and samples with its weights while training goes on', async (scene) => {
    const { engine } = scene
    const data = trainingData(scene)
    const requests = [request(sourceOf(scene), 0, 4), request(sourceOf(scene), 1, 4)]
    const snapshot = await engine.snapshot()
    const before = { logprobs: await engine.logprobs(data), samples: await engine.sample(requests, sampling) }
    await train(scene)
    assert.deepEqual(await snapshot.logprobs(data), before.logprobs)
    assert.deepEqual(await snapshot.sample(requests, sampling), before.samples)
    assert.notDeepEqual(await engine.logprobs(data), before.logprobs)
    const later = await engine.snapshot()
    assert.equal(later.version, snapshot.version + 1)
    await snapshot.close()
    await later.close()
  })

  check(
    'sampling',
    'a closed snapshot refuses, may be closed again, and takes nothing from the others',
    async (scene) => {
      const { engine } = scene
      const [closed, open] = [await engine.snapshot(), await engine.snapshot()]
      const requests = [request(sourceOf(scene), 0, 1)]
      await closed.close()
      await closed.close()
      await assert.rejects(closed.sample(requests, sampling), /closed/)
      assert.deepEqual(await open.sample(requests, sampling), await engine.sample(requests, sampling))
      await open.close()
    },
  )

  check('save and load', 'what was saved continues exactly as if it had not been', async (scene, t) => {
    const { engine } = scene
    const folder = scratchFolder(t)
    const data = trainingData(scene)
    await train(scene)
    await engine.save(folder)
    const { version } = await engine.snapshot()
    await train(scene)
    const expected = await engine.logprobs(data)
    await train(scene)
    await engine.load(folder)
    assert.equal((await engine.snapshot()).version, version)
    await train(scene)
    assert.deepEqual(await engine.logprobs(data), expected)
  })

  check('save and load', 'gradients that were not applied are not part of what is loaded', async (scene, t) => {
    const { engine } = scene
    const folder = scratchFolder(t)
    await train(scene)
    await engine.save(folder)
    await engine.forwardBackward(trainingData(scene), crossEntropy)
    const once = await engine.optimStep({ ...adam, learningRate: 0 })
    await engine.forwardBackward(trainingData(scene), crossEntropy)
    await engine.load(folder)
    await engine.forwardBackward(trainingData(scene), crossEntropy)
    const loaded = await engine.optimStep({ ...adam, learningRate: 0 })
    assert.ok(Math.abs(loaded.gradNorm / once.gradNorm - 1) < 1e-4, `${loaded.gradNorm} and ${once.gradNorm}`)
  })

  check('foreign layout', 'a foreign layout is refused by name, and the engine stays as it was', async (scene, t) => {
    const { engine, foreignCheckpoint } = scene
    assert.ok(foreignCheckpoint !== undefined, 'the subject has no foreign checkpoint and declares no skip')
    const data = trainingData(scene)
    const before = await engine.logprobs(data)
    const { folder, names } = await foreignCheckpoint()
    await assert.rejects(engine.load(folder), { name: 'BatonError', message: names })
    await assert.rejects(engine.load(scratchFolder(t)), { name: 'BatonError' })
    assert.deepEqual(await engine.logprobs(data), before)
  })
}

function endingContract(subject: ContractSubject<EnginePart, EngineScene>): void {
  const check = contractOf(subject)

  check(
    'training',
    'an aborted training call rejects with the reason and adds nothing, or has ended before',
    async (scene) => {
      const { engine } = scene
      const data = trainingData(scene)
      const reason = new Error('enough')
      const aborted = AbortSignal.abort(reason)
      await assertRejectsWith(engine.forwardBackward(data, crossEntropy, aborted), reason)
      await assertRejectsWith(engine.logprobs(data, aborted), reason)
      await engine.forwardBackward(data, crossEntropy)
      await assertRejectsWith(engine.optimStep(adam, aborted), reason)
      assert.equal((await engine.optimStep(adam)).isApplied, true)
      await engine.forwardBackward(data, crossEntropy)
      const { gradNorm } = await engine.optimStep({ ...adam, learningRate: 0 })
      const controller = new AbortController()
      const running = engine.forwardBackward(data, crossEntropy, controller.signal)
      controller.abort(reason)
      const passes = await running.then(
        () => 2,
        (error: unknown) => {
          assert.equal(error, reason)
          return 1
        },
      )
      await engine.forwardBackward(data, crossEntropy)
      const after = await engine.optimStep({ ...adam, learningRate: 0 })
      assert.ok(
        Math.abs(after.gradNorm / gradNorm - passes) < 1e-4,
        'a pass counts whole where it resolves, else not at all',
      )
      assert.equal((await engine.logprobs(data)).length, data.length)
    },
  )

  check('sampling', 'a closed engine refuses to sample, and may be closed again', async (scene) => {
    const { engine } = scene
    await engine.close()
    await engine.close()
    await assert.rejects(engine.sample([request(sourceOf(scene), 0, 1)], sampling), /closed/)
    await assert.rejects(engine.snapshot(), /closed/)
  })

  check('training', 'a closed engine refuses everything else too, and writes nothing', async (scene, t) => {
    const { engine } = scene
    const snapshot = await engine.snapshot()
    const data = trainingData(scene)
    const folder = scratchFolder(t)
    await engine.close()
    await assert.rejects(engine.logprobs(data), /closed/)
    await assert.rejects(engine.forwardBackward(data, crossEntropy), /closed/)
    await assert.rejects(engine.optimStep(adam), /closed/)
    await assert.rejects(engine.save(folder), /closed/)
    await assert.rejects(engine.load(folder), /closed/)
    await assert.rejects(snapshot.sample([request(sourceOf(scene), 0, 1)], sampling), /closed/)
    assert.deepEqual(readdirSync(folder), [])
    await snapshot.close()
  })

  check('cannot learn', 'an engine that cannot learn says so, and refuses all that would', async (scene, t) => {
    const { engine } = scene
    assert.equal(engine.canLearn, false)
    const data = trainingData(scene)
    const refused = { name: 'BatonError', code: 'frozen' }
    await assert.rejects(engine.logprobs(data), refused)
    await assert.rejects(engine.forwardBackward(data, crossEntropy), refused)
    await assert.rejects(engine.optimStep(adam), refused)
    await assert.rejects(engine.save(scratchFolder(t)), refused)
    await assert.rejects(engine.load(scratchFolder(t)), refused)
  })
}

function scratchFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-contract-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Trains one step by cross-entropy. */
async function train(scene: EngineScene): Promise<void> {
  await scene.engine.forwardBackward(trainingData(scene), crossEntropy)
  await scene.engine.optimStep(adam)
}

function trainingData({ engine, sequences }: EngineScene): TrainingDatum[] {
  const { tokenizer } = engine
  return [0, 1, 2].map((i) => ({
    prompt: sequences?.prompt(i) ?? ordinaryTokens(tokenizer, 3 + 2 * i, i),
    completion: sequences?.completion(i, 5 + i) ?? ordinaryTokens(tokenizer, 5 + i, 10 + i),
    oldLogprobs: Array<number>(5 + i).fill(-1),
    advantage: 1,
  }))
}

function sourceOf({ engine, sequences }: EngineScene): PromptSource {
  return { tokenizer: engine.tokenizer, ...(sequences === undefined ? {} : { sequences }) }
}

const sum = (list: ArrayLike<number> | undefined): number => Array.from(list ?? []).reduce((a, b) => a + b, 0)
