/**
 * What one probability ratio contributes to a policy loss, and its slope in the log-prob that the ratio is made of.
 * A ratio may belong to a token or to a whole sequence; who averages what is the business of `policy-loss.ts`.
 * Every function returns a loss (to be minimised), so a good action has a negative value.
 */

export interface Surrogate {
  readonly value: number
  /** d value / d log(ratio). */
  readonly slope: number
  /** On which side the ratio lay outside the clip region while the advantage pushed it further out. */
  readonly clipped: 'low' | 'high' | null
}

export interface ClipOptions {
  /** The clip region is [1 - clipLow, 1 + clipHigh]. */
  readonly clipLow: number
  readonly clipHigh: number
  /** Upper bound of the ratio in the unclipped arm (two-sided GRPO); null is off. */
  readonly twoSidedDelta: number | null
  /** Bound c on the loss of a negative advantage: at most c * |A| (dual-clip PPO, arXiv:1912.09729); null is off. */
  readonly dualClip: number | null
}

/** PPO's clipped objective (arXiv:1707.06347, eq. 7) with the two bounds above. */
export function clippedSurrogate(options: ClipOptions, logRatio: number, advantage: number): Surrogate {
  const ratio = Math.exp(logRatio)
  const low = 1 - options.clipLow
  const high = 1 + options.clipHigh
  const delta = options.twoSidedDelta ?? Number.POSITIVE_INFINITY
  const bounded = Math.min(ratio, delta)
  const clamped = Math.min(Math.max(ratio, low), high)
  const usesClamped = clamped * advantage < bounded * advantage
  const value = -(usesClamped ? clamped : bounded) * advantage
  const moves = usesClamped ? ratio >= low && ratio <= high : ratio <= delta
  const slope = moves ? -ratio * advantage : 0
  const clipped = clipSide(ratio, low, high, advantage)
  const bound = options.dualClip === null || advantage >= 0 ? Number.POSITIVE_INFINITY : -advantage * options.dualClip
  return value > bound ? { value: bound, slope: 0, clipped } : { value, slope, clipped }
}

/** `-stop_gradient(clamp(ratio, low, high)) * A * logprob` (CISPO, arXiv:2506.13585): every token keeps a gradient. */
export function cispoSurrogate(
  bounds: { readonly low: number; readonly high: number },
  logRatio: number,
  logprob: number,
  advantage: number,
): Surrogate {
  const ratio = Math.exp(logRatio)
  const weight = Math.min(Math.max(ratio, bounds.low), bounds.high)
  return {
    value: -weight * advantage * logprob,
    slope: -weight * advantage,
    clipped: clipSide(ratio, bounds.low, bounds.high, advantage),
  }
}

/** Temperatures of SAPO's gate for positive and for negative advantages, as its authors set them. */
const sapoTemperatures = { positive: 1, negative: 1.05 }

/** Soft gate in place of the clip (SAPO, arXiv:2511.20347): `-(4 / tau) * sigmoid(tau * (ratio - 1)) * A`. */
export function sapoSurrogate(logRatio: number, advantage: number): Surrogate {
  const ratio = Math.exp(logRatio)
  const temperature = advantage > 0 ? sapoTemperatures.positive : sapoTemperatures.negative
  const gate = 1 / (1 + Math.exp(-temperature * (ratio - 1)))
  return {
    value: (-4 / temperature) * gate * advantage,
    slope: gate === 0 || gate === 1 ? 0 : -4 * gate * (1 - gate) * ratio * advantage,
    clipped: null,
  }
}

function clipSide(ratio: number, low: number, high: number, advantage: number): Surrogate['clipped'] {
  if (advantage > 0 && ratio > high) return 'high'
  return advantage < 0 && ratio < low ? 'low' : null
}
