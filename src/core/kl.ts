/**
 * Estimators of KL(policy || reference) from one sampled token, with derivatives (Schulman, "Approximating KL
 * divergence", 2020). With d = log reference - log policy:
 *   k1 = -d, unbiased, any sign;  k2 = d^2 / 2, biased, never negative;  k3 = e^d - d - 1, unbiased, never negative.
 * As a term of a loss, k1 is a trap: its derivative is 1 whatever the policy does, so it only pushes down what was
 * sampled. k2's derivative is the one of the true KL in expectation.
 *
 * k3 grows like e^d. Beyond d = 20 it is continued along its tangent: finite, and it still pulls back to the reference.
 * (verl clamps d to +-20 and k3 to 10, which makes the gradient 0 there; TRL does neither. Below, all three agree.)
 */

export type KlEstimator = 'k1' | 'k2' | 'k3'

export interface KlTerm {
  /** Nats. */
  readonly value: number
  /** d value / d log policy. */
  readonly slope: number
}

const exponentLimit = 20

/** @param logprob of the token under the policy. @param referenceLogprob of the same token under the reference. */
export function klTerm(estimator: KlEstimator, logprob: number, referenceLogprob: number): KlTerm {
  const d = referenceLogprob - logprob
  switch (estimator) {
    case 'k1':
      return { value: -d, slope: 1 }
    case 'k2':
      return { value: (d * d) / 2, slope: -d }
    case 'k3': {
      const inside = Math.min(d, exponentLimit)
      const growth = Math.expm1(inside)
      return { value: growth - inside + (d - inside) * growth, slope: -growth }
    }
    default:
      return estimator satisfies never
  }
}
