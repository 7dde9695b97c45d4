/** Reward terms about the form of a completion, and pass@k. Penalties are 0 or negative; a caller adds them as named parts. */

/** `trl`: never below -1 (DAPO, arXiv:2503.14476, eq. 13). `verl`: keeps falling beyond the limit. */
export type OverlongForm = 'trl' | 'verl'

/**
 * Soft penalty of long completions: 0 up to `maxLength - buffer` tokens, then falling on a line to -1 at `maxLength`.
 * @param length of the completion, tokens.
 */
export function softOverlong(
  length: number,
  { maxLength, buffer, form }: { readonly maxLength: number; readonly buffer: number; readonly form: OverlongForm },
): number {
  const excess = Math.max(0, length - (maxLength - buffer))
  if (excess === 0) return 0
  return form === 'trl' ? -Math.min(1, excess / buffer) : -excess / buffer
}

/**
 * Penalty of repeated n-grams: the share of n-grams that were seen before, times `penalty`.
 * @param tokens of the completion.
 * @param size of the n-grams, at least 1; a completion shorter than that has no penalty.
 * @param penalty 0 or negative: the value for endless repetition.
 */
export function repetitionPenalty(tokens: readonly (number | string)[], size: number, penalty: number): number {
  const total = tokens.length - size + 1
  if (total <= 0) return 0
  const unique = new Set(Array.from({ length: total }, (_, start) => JSON.stringify(tokens.slice(start, start + size))))
  return (1 - unique.size / total) * penalty
}

/**
 * Unbiased estimate of the chance that at least one of k attempts passes: 1 - C(n - c, k) / C(n, k)
 * (arXiv:2107.03374, eq. 1).
 * @param trials n attempts made. @param passes c of them that passed. @param k at most n.
 * @throws RangeError unless 0 <= passes <= trials and 1 <= k <= trials.
 */
export function passAtK(trials: number, passes: number, k: number): number {
  if (!(passes >= 0 && passes <= trials && k >= 1 && k <= trials)) {
    throw new RangeError(`pass@k needs passes and k within the trials (got ${passes} and ${k} of ${trials})`)
  }
  let fails = 1
  for (let i = 0; i < k; i++) fails *= Math.max(0, trials - passes - i) / (trials - i)
  return 1 - fails
}
