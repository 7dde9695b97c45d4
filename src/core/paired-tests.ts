/**
 * Comparing two policies on the same problems. Pairing removes the difference between problems, which is most of the
 * noise of an accuracy. Unpaired comparisons are left out: every evaluation here runs on the same split.
 */
import { fairBinomialCdf } from './distributions.ts'
import { normal95 } from './intervals.ts'

export interface PairedDifference {
  /** Mean of a - b. */
  readonly difference: number
  /** 95 % interval of it. */
  readonly low: number
  readonly high: number
  /** Pairs. */
  readonly n: number
}

/**
 * Mean of `a - b` with the Bonett-Price interval (adjusted Wald, J. Educ. Behav. Stat. 37, 2012): the normal interval
 * of the differences after one of +1 and one of -1 were added. Unlike the plain normal or t interval it is not empty
 * when all pairs agree, and it covers at small n. For means of several samples a problem it is conservative.
 * @param a shape [n], each in [0, 1]: correct or not, or the share of a problem's samples that were.
 * @param b shape [n], of the same problems in the same order.
 * @throws RangeError for no pairs, lists of unequal length or values outside [0, 1].
 */
export function pairedDifference(a: readonly number[], b: readonly number[]): PairedDifference {
  const n = a.length
  if (n === 0 || b.length !== n)
    throw new RangeError(`a paired difference needs pairs (got ${n} and ${b.length} values)`)
  const wrong = [...a, ...b].find((value) => !(value >= 0 && value <= 1))
  if (wrong !== undefined) throw new RangeError(`a paired value must lie in [0, 1] (got ${wrong})`)
  const differences = a.map((value, i) => value - (b[i] as number))
  const sum = differences.reduce((total, value) => total + value, 0)
  const squares = differences.reduce((total, value) => total + value * value, 0)
  const centre = sum / (n + 2)
  const variance = (squares + 2) / (n + 2) - centre * centre
  const half = normal95 * Math.sqrt(variance / (n + 2))
  return { difference: sum / n, low: Math.max(-1, centre - half), high: Math.min(1, centre + half), n }
}

/**
 * Exact two-sided McNemar test: how likely so uneven a split of the disagreements is when both are equally good.
 * @param onlyA problems that a alone solved; `onlyB` likewise.
 * @returns p in (0, 1]; 1 when they never disagree.
 */
export function mcNemar(onlyA: number, onlyB: number): number {
  return Math.min(1, 2 * fairBinomialCdf(Math.min(onlyA, onlyB), onlyA + onlyB))
}

/**
 * Holm's step-down adjustment (Scand. J. Stat. 6, 1979) for several tests on the same question.
 * @param values p-values, any order.
 * @returns adjusted p-values in the same order; reject those below the level wanted.
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => (values[i] as number) - (values[j] as number))
  const adjusted = new Array<number>(values.length).fill(1)
  let largest = 0
  order.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (values[i] as number) * (values.length - rank)))
    adjusted[i] = largest
  })
  return adjusted
}
