/** Probes of what a step does to a model: what it learns, what its snapshots and saved states keep, and a repeated request. */

import { isTinkerError } from '../../engines/index.ts'
import {
  learningOperation,
  loadWeights,
  poll,
  requestLearning,
  saveWeights,
  scorePrompt,
  scoringData,
  submitForFuture,
  type WaitContext,
} from '../../engines/tinker/client/index.ts'
import { isAppliedMetric, jsonType } from '../../tinker/index.ts'
import type { ProbeOutcome } from './probe-finding.ts'
import { logprobTolerance, type ProbeSetup } from './probe-setup.ts'
import { newSampler } from './sampling-probes.ts'

/** One step towards a completion; what a sampler made before it then gives; the state in a new model. */
export async function probeLearning(setup: ProbeSetup): Promise<ProbeOutcome> {
  const { probe, sequence } = setup
  const tokens = [...sequence.prompt, ...sequence.completion]
  const before = await probe.forward(sequence)
  const handle = setup.profile.hasPromptLogprobs ? await newSampler(probe) : null
  const scoredBefore = handle === null ? null : await scorePrompt(setup.sampling(), handle, { tokens })
  let gain = 0
  for (const learningRate of [1e-4, 1e-3, 1e-2]) {
    const { operations } = probe
    const request = probe.request('cross_entropy', [{ weights: sequence.completion.map(() => 1) }])
    await (await (await probe.client()).train(learningOperation(operations.profile, request)))()
    const metrics = await probe.step({ learning_rate: learningRate, beta1: 0.9, beta2: 0.95, eps: 1e-8 })
    // Only Baton's server reports this: it draws a completion from the seed as the embedded engine would.
    const isSeededSingly = setup.profile.hasSeeds && metrics[isAppliedMetric] !== undefined
    setup.profile = { ...setup.profile, isSeededSingly }
    const after = await probe.forward(sequence)
    gain = after.reduce((sum, value, t) => sum + value - (before[t] as number), 0)
    if (gain > 0.01) break
  }
  if (gain <= 0)
    return { verdict: 'failed', detail: `the log-prob of what is learned fell by ${(-gain).toPrecision(2)}` }
  const parts = [`log-prob rises by ${gain.toPrecision(2)}`]
  if (handle !== null && scoredBefore !== null) {
    if (handle.client.isBroken()) await newSampler(probe)
    else {
      // The newest weights are on the sampler too, so that a server which has only those shows it.
      await newSampler(probe)
      const scoredAfter = await scorePrompt(setup.sampling(), handle, { tokens })
      const isKept = scoredAfter.every(
        (value, t) => Math.abs((value ?? 0) - (scoredBefore[t] ?? 0)) < Math.min(1e-3, gain / 20),
      )
      setup.profile = { ...setup.profile, snapshots: isKept ? 'kept' : 'latest-only' }
      parts.push(isKept ? 'old snapshots stay' : 'old snapshots sample the newest weights')
    }
  }
  const unloaded = await reload(setup, true)
  const difference = unloaded ?? (await reload(setup, false))
  if (difference === null) return { verdict: 'failed', detail: 'a saved state cannot be loaded' }
  setup.profile = { ...setup.profile, keepsSavedOfUnloaded: unloaded !== null }
  if (unloaded === null) parts.push('a model that is unloaded takes its saved states with it')
  parts.push(`a saved state gives log-probs within ${difference.toExponential(1)}`)
  if (difference > logprobTolerance) return { verdict: 'failed', detail: parts.join('; ') }
  const isUsual = unloaded !== null && setup.profile.snapshots === 'kept'
  return { verdict: isUsual ? 'passed' : 'differs', detail: parts.join('; ') }
}

/**
 * Learns a little, saves, loads into a new model.
 * @param unloads whether the old model is unloaded first.
 * @returns how far log-probs differ; null where the state cannot be loaded.
 */
async function reload({ probe, sequence }: ProbeSetup, unloads: boolean): Promise<number | null> {
  const request = probe.request('cross_entropy', [{ weights: sequence.completion.map(() => 1) }])
  await requestLearning(probe.operations, await probe.client(), { request })
  await probe.step({ learning_rate: 1e-3, eps: 1e-8 })
  const trained = await probe.forward(sequence)
  const name = `baton-probe-${Math.random().toString(36).slice(2, 10)}`
  const path = await saveWeights(probe.operations, await probe.client(), name)
  try {
    await loadWeights(probe.operations, await probe.renew(unloads), path)
  } catch (error) {
    if (!isTinkerError(error, 'lost', 'request', 'server')) throw error
    return null
  }
  const loaded = await probe.forward(sequence)
  return Math.max(...loaded.map((value, t) => Math.abs(value - (trained[t] as number))))
}

export async function probeRetry(context: WaitContext, setup: ProbeSetup): Promise<ProbeOutcome> {
  const { probe, sequence } = setup
  const client = await probe.client()
  await probe.forward(sequence)
  const request = { data: scoringData([sequence]), lossFn: 'cross_entropy', config: {}, isForwardOnly: true }
  const operation = learningOperation(setup.profile, request)
  const encoded = operation.encode(client.modelId, client.lastSequence())
  try {
    const repeated = { name: operation.name, startedAt: context.now() }
    const requestId = await submitForFuture(context, {
      ...repeated,
      path: operation.path ?? `/${operation.name}`,
      contentType: encoded.contentType ?? jsonType,
      body: encoded.body,
    })
    const result = await poll(context, requestId, { operation: repeated })
    if (result.kind === 'gone') throw result.error
    setup.profile = { ...setup.profile, isStrictSequence: false }
    return { verdict: 'passed', detail: 'taken: a lost reply costs nothing' }
  } catch (error) {
    if (!isTinkerError(error, 'sequence-conflict', 'request', 'server', 'lost')) throw error
    setup.profile = { ...setup.profile, isStrictSequence: true }
    return { verdict: 'differs', detail: 'refused: after a lost reply the model is rebuilt from its saved state' }
  } finally {
    client.break()
  }
}
