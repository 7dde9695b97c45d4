/**
 * From a loss to gradients. A policy loss is computed in float64 from fresh log-probs (`core/policy-loss.ts`), and its
 * gradient in the log-probs becomes the weights of one backward pass. Cross-entropy has constant weights and needs the
 * backward pass alone.
 */
import { policyLoss } from '../../core/policy-loss.ts'
import { elementCount } from '../../tensor/index.ts'
import type { ForwardBackwardResult, TrainingDatum, TrainingLoss } from '../policy-engine.ts'
import { parameterSpecs } from './parameters.ts'
import { accumulateGradients, type ScoringContext, scoreSequences } from './scoring.ts'
import type { PolicyState } from './weights.ts'

/** Adds the gradient to `state.gradients`, all of it or, on abort or error, nothing. */
export async function forwardBackward(
  context: ScoringContext,
  state: PolicyState,
  data: readonly TrainingDatum[],
  loss: TrainingLoss,
): Promise<ForwardBackwardResult> {
  const into = parameterSpecs(context.config).map(({ shape }) => new Float32Array(elementCount(shape)))
  const result =
    loss.kind === 'policy'
      ? await policyGradient(context, state, { data, options: loss.options, into })
      : await crossEntropyGradient(context, state, { data, into })
  state.gradients = state.gradients?.map((sum, i) => sum.map((value, k) => value + (into[i]?.[k] as number))) ?? into
  return result
}

interface PolicyPass {
  readonly data: readonly TrainingDatum[]
  readonly options: Parameters<typeof policyLoss>[0]
  readonly into: readonly Float32Array[]
}

async function policyGradient(
  context: ScoringContext,
  state: PolicyState,
  { data, options, into }: PolicyPass,
): Promise<ForwardBackwardResult> {
  const { logprobs, entropy } = await scoreSequences(context, state.weights, data)
  const sequences = data.map((datum, i) => ({
    logprobs: logprobs[i] as Float32Array,
    oldLogprobs: datum.oldLogprobs,
    samplerLogprobs: datum.samplerLogprobs ?? datum.oldLogprobs,
    ...(datum.referenceLogprobs === undefined ? {} : { referenceLogprobs: datum.referenceLogprobs }),
    advantage: datum.advantage,
  }))
  const { loss, gradients, metrics } = policyLoss(options, sequences)
  // Sequences whose every token has gradient 0 (advantage 0 without KL, all clipped) need no backward pass.
  const live = data.map((_, i) => i).filter((i) => gradients[i]?.some((value) => value !== 0))
  await accumulateGradients(
    context,
    state.weights,
    live.map((i) => data[i] as TrainingDatum),
    { weights: live.map((i) => gradients[i] as Float64Array), into },
  )
  return { loss, logprobs, entropy, metrics }
}

/** Mean of -log-prob over tokens, each datum's tokens weighted by its `advantage`. */
async function crossEntropyGradient(
  context: ScoringContext,
  state: PolicyState,
  { data, into }: Omit<PolicyPass, 'options'>,
): Promise<ForwardBackwardResult> {
  const total = data.reduce((sum, { advantage, completion }) => sum + advantage * completion.length, 0)
  const weightOf = ({ advantage }: TrainingDatum): number => (total === 0 ? 0 : advantage / total)
  const { logprobs, entropy } = await accumulateGradients(context, state.weights, data, {
    weights: data.map((datum) => new Float64Array(datum.completion.length).fill(-weightOf(datum))),
    into,
  })
  let loss = 0
  data.forEach((datum, i) => {
    for (const logprob of logprobs[i] as Float32Array) loss -= weightOf(datum) * logprob
  })
  return { loss, logprobs, entropy, metrics: {} }
}
