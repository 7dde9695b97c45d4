/**
 * Weights that correct for a sampler whose log-probs differ from the trainer's (another kernel, another precision):
 * w = exp(old - sampler) for each token, or for the whole sequence, truncated at a cap or set to 0 outside the range.
 * The weights multiply the loss and are constants to the gradient. Names as in TRL's `vllm_importance_sampling_mode`.
 *
 * A sequence's weight is e to the SUM of its token differences, so long sequences leave the range systematically;
 * `length: 'mean'` takes the mean instead.
 */

export interface ImportanceOptions {
  readonly mode: 'token_truncate' | 'token_mask' | 'sequence_truncate' | 'sequence_mask'
  /** Largest weight, above 0 (TRL: 3, verl: 2). */
  readonly cap: number
  /** Smallest weight, at most the cap; 0 is off. */
  readonly floor: number
  /** How the sequence modes reduce token differences. */
  readonly length: 'sum' | 'mean'
}

/**
 * @param differences shape [T], old minus sampler log-prob of each token.
 * @returns shape [T], non-negative; the same value at every token in the sequence modes.
 */
export function importanceWeights(options: ImportanceOptions, differences: ArrayLike<number>): Float64Array {
  const weights = new Float64Array(differences.length)
  if (options.mode === 'token_truncate' || options.mode === 'token_mask') {
    for (let t = 0; t < weights.length; t++) weights[t] = bounded(options, differences[t] as number)
    return weights
  }
  let total = 0
  for (let t = 0; t < differences.length; t++) total += differences[t] as number
  return weights.fill(bounded(options, options.length === 'mean' ? total / Math.max(1, differences.length) : total))
}

function bounded({ mode, cap, floor }: ImportanceOptions, difference: number): number {
  const weight = Math.exp(difference)
  if (mode === 'token_truncate' || mode === 'sequence_truncate') return Math.min(Math.max(weight, floor), cap)
  return weight >= floor && weight <= cap ? weight : 0
}
