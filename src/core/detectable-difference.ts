/** What a paired comparison of mean scores can show at all, from the spread of its differences (normal approximation). */
import { normalQuantile } from './distributions.ts'

export interface PairedPower {
  /** Chance to see a difference that is there; 0.8 by default. */
  readonly power?: number
  /** Chance to see one that is not; 0.05 by default, two-sided. */
  readonly level?: number
}

/**
 * Smallest mean difference that shows with the power wanted.
 * @param standardError of the mean difference, at least 0.
 */
export function detectableDifference(standardError: number, { power = 0.8, level = 0.05 }: PairedPower = {}): number {
  return (normalQuantile(1 - level / 2) + normalQuantile(power)) * standardError
}

/** Whether a difference of mean scores in [0, 1] can be that large: beyond 1, no difference at all would show. */
export function isPossibleDifference(difference: number): boolean {
  return Math.abs(difference) <= 1
}

/**
 * Questions that a mean difference needs to show with the power wanted.
 * @param difference not 0; its sign does not matter.
 * @param deviation of the paired differences.
 */
export function questionsNeeded(difference: number, deviation: number, options: PairedPower = {}): number {
  if (difference === 0) throw new RangeError('no number of questions shows a difference of 0')
  return Math.ceil((detectableDifference(deviation, options) / difference) ** 2)
}
