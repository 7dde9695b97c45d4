/**
 * From a loss to gradients. A policy loss is computed in float64 from fresh log-probs (`core/policy-loss.ts`), and its
 * gradient in the log-probs becomes the weights of one backward pass. Cross-entropy has constant weights and needs the
 * backward pass alone.
 */
import { type PolicyLossOptions, policyLoss } from '../../core/policy-loss.ts'
import { elementCount } from '../../tensor/index.ts'
import type { ForwardBackwardResult, TokenSequence, TrainingDatum, TrainingLoss } from '../policy-engine.ts'
import type { ModelConfig } from './model-config.ts'
import { parameterSpecs } from './parameters.ts'
import { addLists, type Scores, type ScoringContext, scoreSequences, weightedGradients } from './scoring.ts'
import type { PolicyState } from './weights.ts'

/** Adds the gradient to `state.gradients`, all of it or, on abort or error, nothing. */
export async function forwardBackward(
  context: ScoringContext,
  state: PolicyState,
  data: readonly TrainingDatum[],
  loss: TrainingLoss,
): Promise<ForwardBackwardResult> {
  const { gradients, ...result } =
    loss.kind === 'policy'
      ? await policyGradient(context, state, data, loss.options)
      : await crossEntropyGradient(context, state, data)
  state.gradients = addLists(state.gradients, gradients ?? zeroGradients(context.config))
  return result
}

/**
 * Adds the gradient of the sum over tokens of weight * log-prob to `state.gradients`: any loss, differentiated elsewhere.
 * @param weights one list a sequence, one number a completion token.
 */
export async function addWeightedGradients(
  context: ScoringContext,
  state: PolicyState,
  sequences: readonly TokenSequence[],
  weights: readonly ArrayLike<number>[],
): Promise<Scores> {
  const { gradients, ...scores } = await weightedGradients(context, state.weights, sequences, weights)
  state.gradients = addLists(state.gradients, gradients ?? zeroGradients(context.config))
  return scores
}

type Gradients = { readonly gradients: Float32Array[] | null }

function zeroGradients(config: ModelConfig): Float32Array[] {
  return parameterSpecs(config).map(({ shape }) => new Float32Array(elementCount(shape)))
}

async function policyGradient(
  context: ScoringContext,
  state: PolicyState,
  data: readonly TrainingDatum[],
  options: PolicyLossOptions,
): Promise<ForwardBackwardResult & Gradients> {
  const { logprobs, entropy } = await scoreSequences(context, state.weights, data)
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
  const { gradients } = await weightedGradients(
    context,
    state.weights,
    live.map((i) => data[i] as TrainingDatum),
    live.map((i) => weights[i] as Float64Array),
  )
  return { loss, logprobs, entropy, metrics, gradients }
}

/** Mean of -log-prob over tokens, each datum's tokens weighted by its `advantage`. */
async function crossEntropyGradient(
  context: ScoringContext,
  state: PolicyState,
  data: readonly TrainingDatum[],
): Promise<ForwardBackwardResult & Gradients> {
  const total = data.reduce((sum, { advantage, completion }) => sum + advantage * completion.length, 0)
  const weightOf = ({ advantage }: TrainingDatum): number => (total === 0 ? 0 : advantage / total)
  const { logprobs, entropy, gradients } = await weightedGradients(
    context,
    state.weights,
    data,
    data.map((datum) => new Float64Array(datum.completion.length).fill(-weightOf(datum))),
  )
  let loss = 0
  data.forEach((datum, i) => {
    for (const logprob of logprobs[i] as Float32Array) loss -= weightOf(datum) * logprob
  })
  return { loss, logprobs, entropy, metrics: {}, gradients }
}
