/** A test of paired scores of any shape, where McNemar's test needs right and wrong. */
import { type RandomKey, randomFor } from './random.ts'

/**
 * Two-sided sign-flip test that paired differences have mean 0: how often random signs, one a cluster, give a sum as far
 * from 0.
 * @param differences shape [n]; `clusters` likewise.
 * @returns p in (0, 1], never below 1 / (permutations + 1).
 * @throws RangeError for no values or lists of unequal length.
 */
export function signFlipTest(
  differences: readonly number[],
  clusters: readonly (string | number)[],
  { key, permutations = 9999 }: { readonly key: RandomKey; readonly permutations?: number },
): number {
  const sums = sumsByCluster(differences, clusters).filter((sum) => sum !== 0)
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

function sumsByCluster(values: readonly number[], clusters: readonly (string | number)[]): number[] {
  if (values.length === 0 || values.length !== clusters.length) {
    throw new RangeError(`each value needs its cluster (got ${values.length} values, ${clusters.length} clusters)`)
  }
  const sums = new Map<string | number, number>()
  values.forEach((value, i) => {
    const cluster = clusters[i] as string | number
    sums.set(cluster, (sums.get(cluster) ?? 0) + value)
  })
  return [...sums.values()]
}
