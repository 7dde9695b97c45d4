/**
 * Comparing two policies on the same problems. Pairing removes the difference between problems, which is most of the
 * noise of an accuracy. Unpaired comparisons are left out: every evaluation here runs on the same split. One interval
 * for one difference: reports, `baton compare` and the reports of demonstrations all come here.
 */
import { detectableDifference, questionsNeeded } from './detectable-difference.ts'
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
  /** Groups of pairs that are not independent (questions about one image); n if all pairs are independent. */
  readonly clusters: number
  /** Of the difference; never 0. */
  readonly standardError: number
  /** Smallest difference that 4 of 5 such comparisons would find at the 5 % level. */
  readonly detectable: number
  /** Pairs with which 4 of 5 comparisons would find a difference as large as this one; null where it is 0. */
  readonly needed: number | null
}

/**
 * Mean of `a - b` with the Bonett-Price interval (adjusted Wald, J. Educ. Behav. Stat. 37, 2012): the normal interval
 * of the differences after one of +1 and one of -1 were added. Unlike the plain normal or t interval it is not empty
 * when all pairs agree, and it covers at small n. For means of several samples a problem it is conservative.
 * Pairs of one cluster count by the cluster's sum (linearised ratio estimator); the two that are added are then clusters
 * of the mean size.
 * @param a shape [n], each in [0, 1]: correct or not, or the share of a problem's samples that were.
 * @param b shape [n], of the same problems in the same order.
 * @param clusters shape [n], the cluster of each pair; by default all pairs are independent.
 * @throws RangeError for no pairs, lists of unequal length or values outside [0, 1].
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  clusters: readonly (string | number)[] = a.map((_, i) => i),
): PairedDifference {
  const n = a.length
  if (n === 0 || b.length !== n || clusters.length !== n)
    throw new RangeError(
      `a paired difference needs pairs (got ${n} and ${b.length} values, ${clusters.length} clusters)`,
    )
  const wrong = [...a, ...b].find((value) => !(value >= 0 && value <= 1))
  if (wrong !== undefined) throw new RangeError(`a paired value must lie in [0, 1] (got ${wrong})`)
  const sums = new Map<string | number, { sum: number; size: number }>()
  let total = 0
  a.forEach((value, i) => {
    const difference = value - (b[i] as number)
    const { sum, size } = sums.get(clusters[i] as string | number) ?? { sum: 0, size: 0 }
    sums.set(clusters[i] as string | number, { sum: sum + difference, size: size + 1 })
    total += difference
  })
  const added = n / sums.size
  const pairs = n + 2 * added
  const centre = total / pairs
  const squares = [...sums.values(), { sum: added, size: added }, { sum: -added, size: added }].reduce(
    (square, { sum, size }) => square + (sum - centre * size) ** 2,
    0,
  )
  const standardError = Math.sqrt(squares) / pairs
  const difference = total / n
  return {
    difference,
    low: Math.max(-1, centre - normal95 * standardError),
    high: Math.min(1, centre + normal95 * standardError),
    n,
    clusters: sums.size,
    standardError,
    detectable: detectableDifference(standardError),
    needed: difference === 0 ? null : questionsNeeded(difference, standardError * Math.sqrt(n)),
  }
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
