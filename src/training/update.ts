/**
 * The update: rewards of a step become advantages, rollouts that carry signal become training data, and the engine
 * makes its optimizer steps. The policy is trained on the tokens as they were sampled; where the sampling temperature
 * was not 1 the old log-probs are recomputed, since the sampler's belong to another distribution.
 */

import type { Config } from '../config/index.ts'
import { advantages } from '../core/advantages.ts'
import { meanOf } from '../core/moments.ts'
import { randomFor } from '../core/random.ts'
import type { Metrics, SampledRollout } from '../core/records.ts'
import type { PolicyEngine, PolicySampler, TokenSequence, TrainingDatum } from '../engines/policy-engine.ts'
import { type Environment, heldTo } from './environment.ts'
import { lossOptions } from './loss-options.ts'

type TrainingConfig = Config['training']

/** The rollouts of a step with their advantages filled in; 0 for unscorable ones and for groups without spread. */
export function withAdvantages(
  groups: readonly (readonly SampledRollout[])[],
  config: TrainingConfig['advantages'],
): SampledRollout[][] {
  const rewards = groups.map((group) => group.map(({ score }) => (score.kind === 'scored' ? score.reward : null)))
  const values = advantages(rewards, config)
  return groups.map((group, g) => group.map((rollout, i) => ({ ...rollout, advantage: values[g]?.[i] ?? 0 })))
}

/** What is learned from: scorable rollouts, of groups with spread unless `dropZeroSignalGroups` is off. */
export function selectForUpdate(
  groups: readonly (readonly SampledRollout[])[],
  dropZeroSignal: boolean,
): SampledRollout[] {
  return groups
    .filter((group) => !dropZeroSignal || group.some((rollout) => rollout.advantage !== 0))
    .flatMap((group) => group.filter((rollout) => rollout.score.kind === 'scored' && rollout.tokens.length > 0))
}

export interface UpdatePlan {
  /** Frozen policy of the KL term; null when its coefficient is 0. */
  readonly reference: PolicySampler | null
  readonly training: TrainingConfig
  readonly seed: number
  readonly step: number
  readonly learningRate: number
  /** Temperature that the rollouts were sampled at. */
  readonly temperature: number
  readonly maxCompletionTokens: number
  /** What the rollouts were held to. */
  readonly environment: Pick<Environment, 'constraint'>
  readonly signal: AbortSignal
}

/**
 * One or more optimizer steps over the selected rollouts.
 * @returns metrics by TRL's names; `optimizer/steps` and `optimizer/skipped` count.
 */
export async function updatePolicy(
  engine: PolicyEngine,
  rollouts: readonly SampledRollout[],
  plan: UpdatePlan,
): Promise<Metrics> {
  const { training: config, signal } = plan
  const data = await trainingData(engine, rollouts, plan)
  const loss = { kind: 'policy', options: lossOptions(config.loss, plan.maxCompletionTokens) } as const
  const size = config.minibatchSize ?? Math.max(1, data.length)
  const seen: Metrics[] = []
  let skipped = 0
  for (let iteration = 0; iteration < config.iterations; iteration++) {
    const order = randomFor(plan.seed, 'minibatches', plan.step, iteration).shuffle(data)
    for (let start = 0; start < order.length; start += size) {
      const minibatch = order.slice(start, start + size)
      const result = await engine.forwardBackward(minibatch, loss, signal)
      const step = await engine.optimStep({ ...config.adam, learningRate: plan.learningRate }, signal)
      if (!step.isApplied) skipped += 1
      seen.push({
        ...result.metrics,
        loss: result.loss,
        entropy: result.entropy,
        grad_norm: step.gradNorm,
        'sampling/sampling_logp_difference/max': largestDifference(minibatch, result.logprobs),
      })
    }
  }
  return {
    ...averages(seen),
    learning_rate: plan.learningRate,
    'optimizer/steps': seen.length,
    'optimizer/skipped': skipped,
  }
}

async function trainingData(
  engine: PolicyEngine,
  rollouts: readonly SampledRollout[],
  { reference, temperature, environment, signal }: UpdatePlan,
): Promise<TrainingDatum[]> {
  const sequences = rollouts.map(({ prompt, tokens, problemType }) => ({
    ...{ prompt, completion: tokens },
    ...heldTo(environment, problemType),
  }))
  const old = temperature === 1 ? null : await engine.logprobs(sequences, signal)
  const frozen = reference === null ? null : await reference.logprobs(sequences, signal)
  return rollouts.map((rollout, i) => ({
    ...(sequences[i] as TokenSequence),
    oldLogprobs: old === null ? rollout.logprobs : Array.from(old[i] ?? []),
    ...(old === null ? {} : { samplerLogprobs: rollout.logprobs }),
    ...(frozen === null ? {} : { referenceLogprobs: Array.from(frozen[i] ?? []) }),
    advantage: rollout.advantage ?? 0,
  }))
}

/** Largest |fresh - old| log-prob over the tokens: 0 but for rounding when the update is on policy. */
function largestDifference(data: readonly TrainingDatum[], fresh: readonly Float32Array[]): number {
  let largest = 0
  data.forEach((datum, i) => {
    datum.oldLogprobs.forEach((old, t) => {
      largest = Math.max(largest, Math.abs((fresh[i]?.[t] ?? old) - old))
    })
  })
  return largest
}

function averages(rows: readonly Metrics[]): Record<string, number> {
  const names = new Set(rows.flatMap((row) => Object.keys(row)))
  return Object.fromEntries(
    [...names].map((name) => [name, meanOf(rows.map((row) => row[name]).filter((value) => value !== undefined))]),
  )
}
