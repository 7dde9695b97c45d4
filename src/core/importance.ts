/**
 * Weights that correct for a sampler whose log-probs differ from the trainer's own at the same weights (vLLM against
 * the training graph, or a quantised sampler). Modes by TRL's names. The sequence weight is the product over tokens,
 * so long sequences leave the cap easily; the token modes do not have that trap.
 */

export type ImportanceMode = 'token_truncate' | 'token_mask' | 'sequence_truncate' | 'sequence_mask'

export interface ImportanceOptions {
  readonly mode: ImportanceMode
  /** Largest weight; above it the weight becomes the cap (truncate) or 0 (mask). */
  readonly cap: number
}

/**
 * @param oldLogprobs trainer's log-probs of the tokens, shape [T].
 * @param samplerLogprobs what the sampler reported for them, shape [T].
 * @param isLive which tokens count, shape [T].
 * @returns one weight a token, shape [T], in [0, cap]; 0 for tokens that do not count.
 */
export function importanceWeights(
  options: ImportanceOptions,
  oldLogprobs: ArrayLike<number>,
  samplerLogprobs: ArrayLike<number>,
  isLive: readonly boolean[],
): Float64Array {
  const differences = isLive.map((live, t) => (live ? (oldLogprobs[t] as number) - (samplerLogprobs[t] as number) : 0))
  if (options.mode === 'token_truncate' || options.mode === 'token_mask') {
    return Float64Array.from(differences, (difference, t) => (isLive[t] ? capped(options, Math.exp(difference)) : 0))
  }
  const weight = capped(options, Math.exp(differences.reduce((sum, value) => sum + value, 0)))
  return Float64Array.from(isLive, (live) => (live ? weight : 0))
}

function capped({ mode, cap }: ImportanceOptions, weight: number): number {
  if (weight <= cap) return weight
  return mode === 'token_mask' || mode === 'sequence_mask' ? 0 : cap
}
