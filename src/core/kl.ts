/**
 * Estimators of KL(policy || reference) for one token that the policy sampled (Schulman, "Approximating KL divergence").
 * Not clamped: a reference that gives a token a vanishing probability makes a large value, and it should be seen.
 */

/** `k1` is unbiased and noisy, `k2` is half its square, `k3` is unbiased and never negative. */
export type KlEstimator = 'k1' | 'k2' | 'k3'

export interface TokenKl {
  readonly value: number
  /** d value / d logprob. */
  readonly slope: number
}

/**
 * @param logprob of the token under the policy, natural log.
 * @param referenceLogprob of the same token under the frozen reference.
 */
export function tokenKl(estimator: KlEstimator, logprob: number, referenceLogprob: number): TokenKl {
  const difference = logprob - referenceLogprob
  switch (estimator) {
    case 'k1':
      return { value: difference, slope: 1 }
    case 'k2':
      return { value: 0.5 * difference * difference, slope: difference }
    case 'k3':
      return { value: Math.expm1(-difference) + difference, slope: -Math.expm1(-difference) }
  }
}
