/**
 * What the probes do experiments with: a throw-away model on the server and the sizes of gradients on it. Sizes come
 * from the norm that the server reports; without one, from how far one small plain gradient step moves the log-probs
 * of the probe sequence.
 */

import { isTinkerError, type ServerProfile, type TokenSequence } from '../../engines/index.ts'
import {
  completionLogprobs,
  datumOf,
  type LearningRequest,
  type OperationContext,
  optimStep,
  requestLearning,
  scoringData,
  type TokenNumbers,
  type TrainingClient,
} from '../../engines/tinker/client/index.ts'
import { type AdamParams, gradNormMetric } from '../../tinker/index.ts'

export interface ProbeModel {
  readonly operations: OperationContext
  client(): Promise<TrainingClient>
  /** A new model in the place of the old one, which is unloaded unless it is to be left. */
  renew(unloads?: boolean): Promise<TrainingClient>
  forward(sequence: TokenSequence): Promise<number[]>
  request(lossFn: string, inputs: readonly TokenNumbers[], config?: Readonly<Record<string, number>>): LearningRequest
  /** Size of the gradient of the requests together; null where the server refuses one of them. */
  size(...requests: readonly LearningRequest[]): Promise<number | null>
  step(changes: Partial<AdamParams>): Promise<Readonly<Record<string, number>>>
  close(): Promise<void>
}

/** Adam without memory and with an epsilon that dwarfs the gradient: a plain gradient step. */
const plain: AdamParams = { learning_rate: 0, beta1: 0, beta2: 0, eps: 1e4, weight_decay: 0, grad_clip_norm: 0 }

export function createProbeModel(
  open: (profile: ServerProfile) => Promise<TrainingClient>,
  operationsOf: () => OperationContext,
  sequence: TokenSequence,
): ProbeModel {
  let current: Promise<TrainingClient> | null = null
  let tellsNorm: boolean | null = null
  /** Models that were left in place for what they had saved. */
  const left: TrainingClient[] = []

  async function renew(unloads = true): Promise<TrainingClient> {
    const old = current === null ? null : await current.catch(() => null)
    await old?.close(unloads)
    if (old !== null && !unloads) left.push(old)
    current = open(operationsOf().profile)
    return current
  }

  async function client(): Promise<TrainingClient> {
    const opened = current === null ? null : await current.catch(() => null)
    return opened === null || opened.isBroken() ? renew() : opened
  }

  async function forward(of: TokenSequence): Promise<number[]> {
    const request = { data: scoringData([of]), lossFn: 'cross_entropy', config: {}, isForwardOnly: true }
    const output = await requestLearning(operationsOf(), await client(), { request })
    return Array.from(completionLogprobs([of], output)[0] ?? [])
  }

  async function step(changes: Partial<AdamParams>): Promise<Readonly<Record<string, number>>> {
    return optimStep(operationsOf(), await client(), { adam: { ...plain, ...changes } })
  }

  async function normOf(requests: readonly LearningRequest[]): Promise<number | undefined> {
    for (const request of requests) await requestLearning(operationsOf(), await client(), { request })
    const metrics = await step({})
    return metrics[gradNormMetric] ?? metrics['skyrl.ai/grad_norm']
  }

  async function movementOf(requests: readonly LearningRequest[]): Promise<number> {
    const before = await forward(sequence)
    for (const request of requests) await requestLearning(operationsOf(), await client(), { request })
    await step({ learning_rate: 1 })
    const after = await forward(sequence)
    return Math.abs(after.reduce((sum, value, t) => sum + value - (before[t] as number), 0))
  }

  return {
    get operations() {
      return operationsOf()
    },
    client,
    renew,
    forward,
    request: (lossFn, inputs, config = {}) => ({
      lossFn,
      config,
      isForwardOnly: false,
      data: inputs.map((numbers) => datumOf(sequence, numbers)),
    }),
    async size(...requests) {
      try {
        if (tellsNorm !== false) {
          const norm = await normOf(requests)
          tellsNorm = norm !== undefined
          if (norm !== undefined) return norm
        }
        return await movementOf(requests)
      } catch (error) {
        if (isTinkerError(error, 'request', 'server')) return null
        throw error
      }
    },
    step,
    async close() {
      const opened = current === null ? null : await current.catch(() => null)
      await opened?.close(true)
      for (const old of left) await old.close(true)
    },
  }
}
