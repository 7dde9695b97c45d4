/** Options, input and output of the policy losses (`policy-loss.ts`). Meanings and formulas: docs/losses.md. */
import type { ImportanceOptions } from './importance.ts'
import type { KlEstimator } from './kl.ts'
import type { PolicyLossName } from './policy-loss-names.ts'

export interface PolicyLossOptions {
  readonly loss: PolicyLossName
  /** Lower edge of the clip region is 1 - clipLow. `cispo`, `sapo` and `vespo` do not read it. */
  readonly clipLow: number
  /** Upper edge is 1 + clipHigh. For `cispo` it is the cap of the ratio itself, so at least 1 (TRL's meaning; 5 is usual). */
  readonly clipHigh: number
  /** Cap of the ratio in the unclipped arm (two-sided GRPO), above 1 + clipHigh; null is off. */
  readonly twoSidedDelta: number | null
  /** Bound c of the loss at c * |A| where the advantage is negative (dual clip), above 1; null is off. */
  readonly dualClip: number | null
  /** Tokens; divisor of `dr_grpo` (its L_max) and of `seq_mean_token_sum_norm`. */
  readonly maxCompletionLength: number
  /** Weight of the KL term to the reference; above 0 every sequence needs `referenceLogprobs`. */
  readonly klCoefficient: number
  readonly klEstimator: KlEstimator
  /** Correction for log-probs that differ between sampler and trainer; null is off. */
  readonly importance: ImportanceOptions | null
  /**
   * Off-policy sequence mask: a sequence with a negative advantage whose mean (old - new) log-prob is above this, in
   * nats a token, is left out (its loss is 0, it still counts in the divisors); null is off.
   */
  readonly offPolicyLimit: number | null
}

/** One completion, T tokens. Log-probs are natural logs of the probability of the token sampled. */
export interface PolicyLossSequence {
  /** [T], under the policy that is trained. */
  readonly logprobs: ArrayLike<number>
  /** [T], under the policy as it was before the update. */
  readonly oldLogprobs: ArrayLike<number>
  /** [T], under the frozen reference. */
  readonly referenceLogprobs?: ArrayLike<number>
  /** [T], as the sampler reported them. Absent means that `oldLogprobs` are the sampler's: importance weights are then 1. */
  readonly samplerLogprobs?: ArrayLike<number>
  /** Advantage of every token. */
  readonly advantage: number
  /** [T], 0 for tokens that are not learned from (the value there, even NaN, is not read); ones when absent. */
  readonly mask?: ArrayLike<number>
}

export interface PolicyLossResult {
  readonly loss: number
  /** dLoss/dlogprob of every token, one array [T] a sequence; 0 where masked. */
  readonly gradients: Float64Array[]
  /** By TRL's names. */
  readonly metrics: Record<string, number>
}
