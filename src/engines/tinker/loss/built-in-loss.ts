/**
 * Policy losses that a server computes itself: which of ours equal one of its, and with which advantages. The servers
 * sum over tokens and know neither normalisation nor a KL term, so both go into the advantages of the tokens:
 * A_t = w_t * a * (A + KL shaping), with w_t the importance weight and a the loss's aggregation (`core/aggregation.ts`).
 */
import { tokenWeight } from '../../../core/aggregation.ts'
import { importanceWeights } from '../../../core/importance.ts'
import type { PolicyLossOptions } from '../../../core/policy-loss.ts'
import type { Datum } from '../../../tinker/index.ts'
import type { TrainingDatum } from '../../policy-engine.ts'
import type { BuiltInLoss, ServerProfile } from '../server-profile.ts'
import { datumOf } from './datums.ts'

export interface BuiltInPlan {
  readonly lossFn: BuiltInLoss
  readonly config: Readonly<Record<string, number>>
  readonly data: readonly Datum[]
}

/** Why a loss is none that servers have, or null where it is one. KL as shaping is judged by the caller. */
export function whyNotBuiltIn(options: PolicyLossOptions, profile: ServerProfile): string | null {
  const lossFn = lossFunction(options)
  if (lossFn === null) return `loss ${options.loss} is no loss of the protocol`
  if (!profile.losses.includes(lossFn)) return `${profile.server} has no loss ${lossFn}`
  if (options.twoSidedDelta !== null) return 'twoSidedDelta is not in the protocol'
  if (options.dualClip !== null) return 'dualClip is not in the protocol'
  if (options.offPolicyLimit !== null) return 'offPolicyLimit is not in the protocol'
  return null
}

function lossFunction({ loss }: PolicyLossOptions): 'ppo' | 'cispo' | null {
  switch (loss) {
    case 'grpo':
    case 'bnpo':
    case 'dapo':
    case 'dr_grpo':
    case 'seq_mean_token_sum':
    case 'seq_mean_token_sum_norm':
      return 'ppo'
    case 'cispo':
    case 'cispo_verl':
      return 'cispo'
    default:
      return null
  }
}

export function builtInPlan(
  options: PolicyLossOptions,
  data: readonly TrainingDatum[],
  profile: ServerProfile,
): BuiltInPlan {
  const low = options.loss === 'cispo' ? 0 : 1 - options.clipLow
  const high = options.loss === 'cispo' ? options.clipHigh : 1 + options.clipHigh
  const shaped = tokenAdvantages(options, data)
  return {
    lossFn: lossFunction(options) as 'ppo' | 'cispo',
    config: { clip_low_threshold: low, clip_high_threshold: high },
    data: data.map((datum, i) => {
      // Where the server divides by a datum's positions and by the number of data, both are multiplied in first.
      const positions = datum.prompt.length + datum.completion.length - 1
      const undo = profile.reduction === 'sum' ? 1 : positions * data.length
      const advantages = (shaped[i] as Float64Array).map((value) => value * undo)
      return datumOf(datum, { logprobs: datum.oldLogprobs, advantages })
    }),
  }
}

/** Shape [B] of ragged [T_i]: what the server multiplies each token's objective with. */
function tokenAdvantages(options: PolicyLossOptions, data: readonly TrainingDatum[]): Float64Array[] {
  const batch = {
    sequences: data.length,
    tokens: data.reduce((sum, { completion }) => sum + completion.length, 0),
    maxCompletionLength: options.maxCompletionLength,
  }
  return data.map((datum) => {
    const length = datum.completion.length
    const scale = tokenWeight(options.loss, length, batch)
    const { importance } = options
    const weights =
      importance === null || datum.samplerLogprobs === undefined
        ? new Float64Array(length).fill(1)
        : importanceWeights(
            importance,
            datum.oldLogprobs.map((old, t) => old - (datum.samplerLogprobs?.[t] as number)),
          )
    const shaping = klShaping(options.klCoefficient, datum)
    return weights.map((weight, t) => scale * weight * (datum.advantage + (shaping[t] as number)))
  })
}

/**
 * The KL term to the reference as a reward of each token, centred within the completion:
 * coefficient * (mean(d) - d_t), d = old log-prob - reference log-prob.
 */
function klShaping(coefficient: number, { oldLogprobs, referenceLogprobs, completion }: TrainingDatum): Float64Array {
  const shaping = new Float64Array(completion.length)
  if (coefficient === 0 || completion.length === 0) return shaping
  if (referenceLogprobs === undefined) throw new RangeError('klCoefficient above 0 needs referenceLogprobs')
  const differences = oldLogprobs.map((old, t) => old - (referenceLogprobs[t] as number))
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length
  return shaping.map((_, t) => coefficient * (mean - (differences[t] as number)))
}
