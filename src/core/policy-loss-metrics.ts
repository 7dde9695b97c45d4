/** Metrics of one policy loss, by TRL's names; `ppo_kl` is verl's. Means are over live tokens unless a sequence is the unit. */
import { klTerm } from './kl.ts'
import type { LiveTokens, Objective } from './objectives.ts'
import type { PolicyLossOptions, PolicyLossSequence } from './policy-loss-types.ts'

export interface LossMetrics {
  add(objective: Objective, tokens: LiveTokens, sequence: PolicyLossSequence, positions: readonly number[]): void
  result(): Record<string, number>
}

/**
 * `clip_ratio/{low,high,region}_mean` are shares of tokens (gspo, luspo, rloo: of sequences) outside the clip region on
 * the side that holds the policy; `low_min` and `high_max` are over the shares of single sequences. `kl` is there when
 * every sequence has reference log-probs.
 */
export function createLossMetrics(options: PolicyLossOptions): LossMetrics {
  const clips: Pick<Objective, 'low' | 'high' | 'units'>[] = []
  const kl = createMean()
  const oldMinusNew = createMean()
  const ratio = createMean()
  const difference = createMean()
  let hasReference = true

  const add: LossMetrics['add'] = (objective, tokens, sequence, positions) => {
    clips.push(objective)
    for (const value of tokens.logRatios) oldMinusNew.add(-value)
    const { referenceLogprobs, samplerLogprobs, oldLogprobs } = sequence
    if (referenceLogprobs === undefined) hasReference = false
    positions.forEach((position, t) => {
      if (referenceLogprobs !== undefined) {
        const reference = referenceLogprobs[position] as number
        kl.add(klTerm(options.klEstimator, tokens.logprobs[t] as number, reference).value)
      }
      if (samplerLogprobs !== undefined) {
        difference.add(Math.abs((oldLogprobs[position] as number) - (samplerLogprobs[position] as number)))
        ratio.add(tokens.weights[t] as number)
      }
    })
  }

  const result = (): Record<string, number> => ({
    ...clipMetrics(options, clips),
    ppo_kl: oldMinusNew.mean(),
    ...(hasReference ? { kl: kl.mean() } : {}),
    ...(difference.count() === 0
      ? {}
      : {
          'sampling/sampling_logp_difference/mean': difference.mean(),
          'sampling/sampling_logp_difference/max': difference.max(),
          'sampling/importance_sampling_ratio/min': ratio.min(),
          'sampling/importance_sampling_ratio/mean': ratio.mean(),
          'sampling/importance_sampling_ratio/max': ratio.max(),
        }),
  })
  return { add, result }
}

function clipMetrics(
  { loss }: PolicyLossOptions,
  clips: readonly Pick<Objective, 'low' | 'high' | 'units'>[],
): Record<string, number> {
  if (loss === 'sapo' || loss === 'vespo') return {}
  const units = clips.reduce((sum, clip) => sum + clip.units, 0)
  const low = clips.reduce((sum, clip) => sum + clip.low, 0) / units
  const high = clips.reduce((sum, clip) => sum + clip.high, 0) / units
  if (loss === 'cispo' || loss === 'cispo_verl') return { cispo_clip_ratio: low + high }
  return {
    'clip_ratio/low_mean': low,
    'clip_ratio/low_min': Math.min(...clips.map((clip) => clip.low / clip.units)),
    'clip_ratio/high_mean': high,
    'clip_ratio/high_max': Math.max(...clips.map((clip) => clip.high / clip.units)),
    'clip_ratio/region_mean': low + high,
  }
}

function createMean() {
  let [count, total, smallest, largest] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  return {
    add: (value: number): void => {
      count += 1
      total += value
      smallest = Math.min(smallest, value)
      largest = Math.max(largest, value)
    },
    count: () => count,
    mean: () => total / count,
    min: () => smallest,
    max: () => largest,
  }
}
