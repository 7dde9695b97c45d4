/**
 * Mean of values that come in clusters, with its percentile bootstrap interval: questions about one image are drawn or
 * left out together, since they are not independent. For a paired comparison the values are the differences. Works on
 * sums by cluster, so that thousands of resamples of thousands of questions take a second; `bootstrap.ts` does any
 * statistic, slower.
 */
import type { BootstrapOptions } from './bootstrap.ts'
import { deviationOf } from './moments.ts'
import { randomFor } from './random.ts'

export interface ClusteredMean {
  readonly mean: number
  readonly low: number
  readonly high: number
  /** Values. */
  readonly n: number
  readonly clusters: number
  /** Standard deviation of the single values. */
  readonly deviation: number
  /** Standard deviation of the mean over the resamples: what the clustering makes of `deviation / sqrt(n)`. */
  readonly standardError: number
}

/**
 * @param values shape [n], any range, at least one.
 * @param clusters shape [n], the cluster of each value; a cluster of its own each where every value is independent.
 * @throws RangeError for no values or lists of unequal length.
 */
export function clusteredMean(
  values: readonly number[],
  clusters: readonly (string | number)[],
  { key, resamples = 4000, confidence = 0.95 }: BootstrapOptions,
): ClusteredMean {
  const { sums, sizes } = sumsByCluster(values, clusters)
  const count = sums.length
  const rng = randomFor(...key, 'clustered-bootstrap')
  const means = new Float64Array(resamples)
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0
    let size = 0
    for (let drawn = 0; drawn < count; drawn++) {
      const at = rng.integer(count)
      sum += sums[at] as number
      size += sizes[at] as number
    }
    means[resample] = sum / size
  }
  const standardError = resamples < 2 ? 0 : deviationOf([...means])
  means.sort()
  const tail = (1 - confidence) / 2
  return {
    mean: values.reduce((total, value) => total + value, 0) / values.length,
    low: quantile(means, tail),
    high: quantile(means, 1 - tail),
    n: values.length,
    clusters: count,
    deviation: values.length < 2 ? 0 : deviationOf(values),
    standardError,
  }
}

/**
 * Two-sided sign-flip test that paired differences have mean 0: how often random signs, one a cluster, give a sum as far
 * from 0. Holds for scores of any shape, where McNemar's test needs right and wrong.
 * @param differences shape [n]; `clusters` likewise.
 * @returns p in (0, 1], never below 1 / (permutations + 1).
 */
export function signFlipTest(
  differences: readonly number[],
  clusters: readonly (string | number)[],
  { key, permutations = 9999 }: { readonly key: BootstrapOptions['key']; readonly permutations?: number },
): number {
  const sums = sumsByCluster(differences, clusters).sums.filter((sum) => sum !== 0)
  const observed = Math.abs(sums.reduce((total, sum) => total + sum, 0))
  // Sums of decimals in another order differ in their last places.
  const threshold = observed - 1e-9 * Math.max(1, observed)
  const rng = randomFor(...key, 'sign-flip')
  let asFar = 0
  for (let permutation = 0; permutation < permutations; permutation++) {
    let total = 0
    for (const sum of sums) total += rng.next() < 0.5 ? sum : -sum
    if (Math.abs(total) >= threshold) asFar++
  }
  return (asFar + 1) / (permutations + 1)
}

function sumsByCluster(
  values: readonly number[],
  clusters: readonly (string | number)[],
): { readonly sums: Float64Array; readonly sizes: Float64Array } {
  if (values.length === 0 || values.length !== clusters.length) {
    throw new RangeError(`each value needs its cluster (got ${values.length} values, ${clusters.length} clusters)`)
  }
  const places = new Map<string | number, number>()
  for (const cluster of clusters) if (!places.has(cluster)) places.set(cluster, places.size)
  const sums = new Float64Array(places.size)
  const sizes = new Float64Array(places.size)
  values.forEach((value, i) => {
    const at = places.get(clusters[i] as string | number) as number
    sums[at] = (sums[at] as number) + value
    sizes[at] = (sizes[at] as number) + 1
  })
  return { sums, sizes }
}

/** Quantile of sorted values, linear between neighbours. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below] as number
  return low + ((sorted[Math.min(below + 1, sorted.length - 1)] as number) - low) * (position - below)
}
