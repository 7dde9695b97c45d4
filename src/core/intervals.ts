/** 95 % intervals for a rate and for a mean. Differences between two paired sets are in `paired-tests.ts`. */
import { studentQuantile } from './distributions.ts'
import { deviationOf, meanOf } from './moments.ts'

/** 97.5 % point of the standard normal. */
export const normal95 = 1.959963984540054

/**
 * Wilson's score interval of a rate (J. Am. Stat. Assoc. 22, 1927): stays within [0, 1] and is not empty at 0 or n.
 * @returns [0, 1] when n is 0: nothing is known.
 * @throws RangeError unless 0 <= successes <= n.
 */
export function wilsonInterval(successes: number, n: number): [low: number, high: number] {
  if (!(successes >= 0 && successes <= n)) {
    throw new RangeError(`successes must lie between 0 and n (got ${successes} of ${n})`)
  }
  return wilson(n === 0 ? 0 : successes / n, n)
}

/**
 * Wilson's interval of a rate that was measured on `n` trials or what they are worth.
 * @param rate in [0, 1]. @param n any number from 0 on, not only a whole one.
 */
export function wilson(rate: number, n: number): [low: number, high: number] {
  if (n === 0) return [0, 1]
  const square = normal95 * normal95
  const centre = (rate + square / (2 * n)) / (1 + square / n)
  const half = (normal95 * Math.sqrt((rate * (1 - rate)) / n + square / (4 * n * n))) / (1 + square / n)
  return [rate <= 0 ? 0 : Math.max(0, centre - half), rate >= 1 ? 1 : Math.min(1, centre + half)]
}

export interface MeanInterval {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly n: number
}

/**
 * Student's t interval of a mean, for values of any range. One value says nothing about spread: its interval is infinite.
 * @throws RangeError for an empty list.
 */
export function meanInterval(values: readonly number[]): MeanInterval {
  const n = values.length
  if (n === 0) throw new RangeError('the mean of no values has no interval')
  const mean = meanOf(values)
  if (n === 1) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, n }
  const half = (studentQuantile(0.975, n - 1) * deviationOf(values)) / Math.sqrt(n)
  return { mean, low: mean - half, high: mean + half, n }
}
