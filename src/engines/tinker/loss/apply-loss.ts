/**
 * A loss of the engine contract on a training server. Three ways: the server's own loss with advantages that carry all
 * normalisation; any loss, by a forward pass, the gradient here and one cross-entropy pass with weights = -gradient; and
 * cross-entropy itself. Loss and metrics are always ours, from the log-probs that the server gives.
 */
import { checkPolicyLossOptions, type PolicyLossOptions, policyLoss } from '../../../core/policy-loss.ts'
import { type Datum, entropyMetric, type ForwardBackwardOutput } from '../../../tinker/index.ts'
import type { ForwardBackwardResult, TokenSequence, TrainingDatum, TrainingLoss } from '../../policy-engine.ts'
import type { LearningRequest } from '../client/operations.ts'
import { TinkerError } from '../requests/tinker-error.ts'
import type { ServerProfile } from '../server-profile.ts'
import { builtInPlan, whyNotBuiltIn } from './built-in-loss.ts'
import { completionLogprobs, datumOf } from './datums.ts'

export interface LossChoice {
  /** `auto`: the server's own loss where it has the one asked for, else `custom`. */
  readonly losses: 'auto' | 'built-in' | 'custom'
  /** Where the KL term goes: into the loss, which takes `custom`, or into the advantages. */
  readonly kl: 'loss' | 'advantage'
}

export interface LossTarget {
  readonly profile: ServerProfile
  readonly choice: LossChoice
  forward(data: readonly Datum[], signal?: AbortSignal): Promise<ForwardBackwardOutput>
  addGradient(request: LearningRequest, signal?: AbortSignal): Promise<ForwardBackwardOutput>
}

export async function applyLoss(
  target: LossTarget,
  data: readonly TrainingDatum[],
  { loss, signal }: { readonly loss: TrainingLoss; readonly signal?: AbortSignal | undefined },
): Promise<ForwardBackwardResult> {
  if (loss.kind === 'cross-entropy') return crossEntropy(target, data, signal)
  checkPolicyLossOptions(loss.options)
  return wayOf(loss.options, target) === 'built-in'
    ? builtIn(target, data, { options: loss.options, signal })
    : custom(target, data, { options: loss.options, signal })
}

/** @throws TinkerError `unsupported` where neither way can. */
export function wayOf(options: PolicyLossOptions, { profile, choice }: Pick<LossTarget, 'profile' | 'choice'>) {
  const isKlInLoss = options.klCoefficient > 0 && choice.kl === 'loss'
  const obstacle = isKlInLoss ? 'a KL term in the loss is not in the protocol' : whyNotBuiltIn(options, profile)
  if (choice.losses !== 'custom' && obstacle === null) return 'built-in'
  if (choice.losses === 'built-in') {
    throw unsupported(`${obstacle}.`, 'Set policy.tinker.losses: custom, or policy.tinker.kl: advantage for a KL term.')
  }
  if (!profile.hasCustomLosses) {
    throw unsupported(
      `${obstacle ?? 'policy.tinker.losses is custom'}, and ${profile.server} takes no gradients of ours.`,
      'Set training.loss.type: grpo, policy.tinker.losses: auto and policy.tinker.kl: advantage, or use another server.',
    )
  }
  return 'custom'
}

async function builtIn(
  target: LossTarget,
  data: readonly TrainingDatum[],
  { options, signal }: { readonly options: PolicyLossOptions; readonly signal?: AbortSignal | undefined },
): Promise<ForwardBackwardResult> {
  const plan = builtInPlan(options, data, target.profile)
  const output = await target.addGradient({ ...plan, isForwardOnly: false }, signal)
  const logprobs = completionLogprobs(data, output)
  const { loss, metrics } = policyLoss(options, lossSequences(data, logprobs))
  return { loss, metrics, logprobs, entropy: entropyOf(output, logprobs) }
}

async function custom(
  target: LossTarget,
  data: readonly TrainingDatum[],
  { options, signal }: { readonly options: PolicyLossOptions; readonly signal?: AbortSignal | undefined },
): Promise<ForwardBackwardResult> {
  const output = await target.forward(scoringData(data), signal)
  const logprobs = completionLogprobs(data, output)
  const { loss, metrics, gradients } = policyLoss(options, lossSequences(data, logprobs))
  // Sequences whose every token has gradient 0 need no backward pass; one is kept so that there is something to step on.
  const live = data.map((_, i) => i).filter((i) => gradients[i]?.some((value) => value !== 0))
  const sent = live.length === 0 ? [0] : live
  await target.addGradient(
    {
      lossFn: 'cross_entropy',
      config: {},
      isForwardOnly: false,
      data: sent.map((i) => {
        const weights = (gradients[i] as Float64Array).map((slope) => (slope === 0 ? 0 : -slope))
        return datumOf(data[i] as TrainingDatum, { weights })
      }),
    },
    signal,
  )
  return { loss, metrics, logprobs, entropy: entropyOf(output, logprobs) }
}

/** Mean of -log-prob over tokens, each datum's tokens weighted by its `advantage`. */
async function crossEntropy(
  target: LossTarget,
  data: readonly TrainingDatum[],
  signal?: AbortSignal,
): Promise<ForwardBackwardResult> {
  if (target.profile.reduction !== 'sum') {
    throw unsupported(
      `${target.profile.server} divides cross-entropy by each sequence's own weights: the mean over tokens cannot be had.`,
      'Use a server that sums, e.g. baton serve, SkyRL on FSDP or TuFT.',
    )
  }
  const total = data.reduce((sum, { advantage, completion }) => sum + advantage * completion.length, 0)
  const weightOf = ({ advantage }: TrainingDatum): number => (total === 0 ? 0 : advantage / total)
  const weighted = data.map((datum) => {
    return datumOf(datum, { weights: new Float64Array(datum.completion.length).fill(weightOf(datum)) })
  })
  const request = { lossFn: 'cross_entropy', config: {}, data: weighted, isForwardOnly: false }
  const output = await target.addGradient(request, signal)
  const logprobs = completionLogprobs(data, output)
  let loss = 0
  data.forEach((datum, i) => {
    for (const logprob of logprobs[i] as Float32Array) loss -= weightOf(datum) * logprob
  })
  return { loss, logprobs, metrics: {}, entropy: entropyOf(output, logprobs) }
}

/** For a forward pass: cross-entropy over the completions. */
export function scoringData(sequences: readonly TokenSequence[]): Datum[] {
  return sequences.map((sequence) =>
    datumOf(sequence, { weights: new Float32Array(sequence.completion.length).fill(1) }),
  )
}

function lossSequences(data: readonly TrainingDatum[], logprobs: readonly Float32Array[]) {
  return data.map(({ oldLogprobs, samplerLogprobs, referenceLogprobs, advantage }, i) => ({
    logprobs: logprobs[i] as Float32Array,
    oldLogprobs,
    ...(samplerLogprobs === undefined ? {} : { samplerLogprobs }),
    ...(referenceLogprobs === undefined ? {} : { referenceLogprobs }),
    advantage,
  }))
}

/** The server's value if it reports one; else the mean of -log-prob, which has it as its expectation on policy. */
function entropyOf({ metrics }: ForwardBackwardOutput, logprobs: readonly Float32Array[]): number {
  const measured = metrics[entropyMetric]
  if (measured !== undefined) return measured
  let sum = 0
  let tokens = 0
  for (const list of logprobs) {
    for (const value of list) sum -= value
    tokens += list.length
  }
  return tokens === 0 ? 0 : sum / tokens
}

function unsupported(message: string, hint: string): TinkerError {
  return new TinkerError(message, { kind: 'unsupported', hint })
}
