/**
 * How many problems an evaluation needs before a difference between two policies shows. Both are run on the same
 * problems, so what counts is on how many of them they disagree (Connor, Biometrics 43, 1987).
 */
import { bisect, normalQuantile } from './distributions.ts'

export interface PairedDesign {
  /** Share of the problems that exactly one of the two solves, in (0, 1]. */
  readonly discordance: number
  /** Chance to see a difference that is there; 0.8 by default. */
  readonly power?: number
  /** Chance to see one that is not; 0.05 by default, two-sided. */
  readonly level?: number
}

/**
 * Problems that an accuracy difference of `difference` needs.
 * @param difference in (0, discordance]; its sign does not matter.
 * @throws RangeError for a difference that the discordance cannot hold.
 */
export function problemsNeeded(difference: number, { discordance, power = 0.8, level = 0.05 }: PairedDesign): number {
  const size = Math.abs(difference)
  if (!(size > 0 && size <= discordance && discordance <= 1)) {
    throw new RangeError(`a difference must lie in (0, discordance] (got ${difference} of ${discordance})`)
  }
  return Math.ceil(requiredPairs(size, discordance, power, level))
}

/**
 * Smallest accuracy difference that `problems` problems show with the power wanted; Infinity where even a difference as
 * large as the discordance would not show.
 */
export function minimumDetectableDifference(
  problems: number,
  { discordance, power = 0.8, level = 0.05 }: PairedDesign,
): number {
  const excess = (size: number): number => requiredPairs(size, discordance, power, level) - problems
  if (!(problems > 0) || excess(discordance) > 0) return Number.POSITIVE_INFINITY
  return bisect(excess, 1e-9 * discordance, discordance)
}

function requiredPairs(size: number, discordance: number, power: number, level: number): number {
  const falsePositive = normalQuantile(1 - level / 2) * Math.sqrt(discordance)
  const falseNegative = normalQuantile(power) * Math.sqrt(Math.max(0, discordance - size * size))
  return ((falsePositive + falseNegative) / size) ** 2
}
