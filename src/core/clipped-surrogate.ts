/**
 * The clipped surrogate of PPO (arXiv:1707.06347, eq. 7) with the two bounds that came later: two-sided GRPO caps the
 * ratio of the unclipped arm (arXiv:2505.07291), dual clip bounds the loss where the advantage is negative
 * (arXiv:1912.09729).
 */
import type { PolicyLossOptions } from './policy-loss-types.ts'

export type ClipOptions = Pick<PolicyLossOptions, 'clipLow' | 'clipHigh' | 'twoSidedDelta' | 'dualClip'>

export interface SurrogateTerm {
  readonly value: number
  /** d value / d ratio. */
  readonly slope: number
  /** The ratio is below the region and the advantage negative: the lower edge holds the policy. */
  readonly isLowClipped: boolean
  /** The ratio is above the region and the advantage positive. */
  readonly isHighClipped: boolean
}

/** loss = -min(ratio A, clip(ratio, 1 - clipLow, 1 + clipHigh) A). @param ratio positive. */
export function clippedSurrogate(options: ClipOptions, ratio: number, advantage: number): SurrogateTerm {
  const low = 1 - options.clipLow
  const high = 1 + options.clipHigh
  const delta = options.twoSidedDelta ?? Number.POSITIVE_INFINITY
  const unclipped = -Math.min(ratio, delta) * advantage
  const clipped = -Math.min(Math.max(ratio, low), high) * advantage
  let value = clipped
  let slope = ratio >= low && ratio <= high ? -advantage : 0
  if (unclipped >= clipped) {
    value = unclipped
    slope = ratio <= delta ? -advantage : 0
  }
  if (options.dualClip !== null && advantage < 0 && value > -options.dualClip * advantage) {
    value = -options.dualClip * advantage
    slope = 0
  }
  return { value, slope, isLowClipped: ratio < low && advantage < 0, isHighClipped: ratio > high && advantage > 0 }
}
