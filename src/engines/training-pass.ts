/**
 * From a loss to gradients, for engines that compute them in this process. A policy loss is computed in float64 from
 * fresh log-probs (`core/policy-loss.ts`), and its gradient in the log-probs becomes the weights of one backward pass.
 * Cross-entropy has constant weights and needs the backward pass alone.
 */
import { type PolicyLossOptions, policyLoss } from '../core/policy-loss.ts'
import type { ForwardBackwardResult, TokenSequence, TrainingDatum, TrainingLoss } from './policy-engine.ts'

export interface TokenScores {
  /** One list a sequence, one number a completion token. */
  readonly logprobs: readonly Float32Array[]
  /** Mean over all completion tokens, in nats; 0 where there is none. */
  readonly entropy: number
}

/** One list a trained tensor; null where there was no sequence. */
export type Gradients = Float32Array[] | null

/** What a model computes of given sequences at its present weights. */
export interface ScoringModel {
  score(sequences: readonly TokenSequence[]): Promise<TokenScores>
  /** The gradient of the sum over tokens of weight * log-prob. @param weights one list a sequence, one number a token. */
  weightedGradients(
    sequences: readonly TokenSequence[],
    weights: readonly ArrayLike<number>[],
  ): Promise<TokenScores & { readonly gradients: Gradients }>
}

export async function trainingPass(
  model: ScoringModel,
  data: readonly TrainingDatum[],
  loss: TrainingLoss,
): Promise<{ readonly result: ForwardBackwardResult; readonly gradients: Gradients }> {
  return loss.kind === 'policy' ? policyGradient(model, data, loss.options) : crossEntropyGradient(model, data)
}

async function policyGradient(
  model: ScoringModel,
  data: readonly TrainingDatum[],
  options: PolicyLossOptions,
): Promise<{ result: ForwardBackwardResult; gradients: Gradients }> {
  const { logprobs, entropy } = await model.score(data)
  const sequences = data.map((datum, i) => ({
    logprobs: logprobs[i] as Float32Array,
    oldLogprobs: datum.oldLogprobs,
    ...(datum.samplerLogprobs === undefined ? {} : { samplerLogprobs: datum.samplerLogprobs }),
    ...(datum.referenceLogprobs === undefined ? {} : { referenceLogprobs: datum.referenceLogprobs }),
    advantage: datum.advantage,
  }))
  const { loss, gradients: weights, metrics } = policyLoss(options, sequences)
  // Sequences whose every token has gradient 0 (advantage 0 without KL, all clipped) need no backward pass.
  const live = data.map((_, i) => i).filter((i) => weights[i]?.some((value) => value !== 0))
  const { gradients } = await model.weightedGradients(
    live.map((i) => data[i] as TrainingDatum),
    live.map((i) => weights[i] as Float64Array),
  )
  return { result: { loss, logprobs, entropy, metrics }, gradients }
}

/** Mean of -log-prob over tokens, each datum's tokens weighted by its `advantage`. */
async function crossEntropyGradient(
  model: ScoringModel,
  data: readonly TrainingDatum[],
): Promise<{ result: ForwardBackwardResult; gradients: Gradients }> {
  const total = data.reduce((sum, { advantage, completion }) => sum + advantage * completion.length, 0)
  const weightOf = ({ advantage }: TrainingDatum): number => (total === 0 ? 0 : advantage / total)
  const { logprobs, entropy, gradients } = await model.weightedGradients(
    data,
    data.map((datum) => new Float64Array(datum.completion.length).fill(-weightOf(datum))),
  )
  let loss = 0
  data.forEach((datum, i) => {
    for (const logprob of logprobs[i] as Float32Array) loss -= weightOf(datum) * logprob
  })
  return { result: { loss, logprobs, entropy, metrics: {} }, gradients }
}
