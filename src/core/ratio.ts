/**
 * Probability ratios between two policies, with their derivatives. Log-ratios are clamped to +-20 before `exp`, as verl
 * does, so that one broken log-prob cannot make an infinity; beyond the clamp the ratio is constant and its slope 0.
 */

const logRatioLimit = 20

export interface Ratio {
  readonly value: number
  /** d value / d logRatio. */
  readonly slope: number
}

export function ratioOf(logRatio: number): Ratio {
  if (logRatio > logRatioLimit) return { value: Math.exp(logRatioLimit), slope: 0 }
  if (logRatio < -logRatioLimit) return { value: Math.exp(-logRatioLimit), slope: 0 }
  const value = Math.exp(logRatio)
  return { value, slope: value }
}

/** Sum of the entries. */
export function totalOf(values: ArrayLike<number>): number {
  let total = 0
  for (let t = 0; t < values.length; t++) total += values[t] as number
  return total
}
