/**
 * Percentile bootstrap over clusters (problems): the samples of one problem are drawn or left out together, since they
 * are not independent. Bias-corrected forms are left out; below about 20 clusters the interval is too narrow.
 */
import { type RandomKey, randomFor } from './random.ts'

export interface BootstrapOptions {
  /** Key of the generator: the same key gives the same interval. */
  readonly key: RandomKey
  /** Redrawn data sets; 2000 by default. */
  readonly resamples?: number
  /** Confidence, in (0, 1); 0.95 by default. */
  readonly confidence?: number
}

export interface BootstrapInterval {
  /** The statistic of the data as they are. */
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/**
 * @param clusters one entry a problem, at least one.
 * @param statistic of a list of clusters, some of them repeated; must not be NaN for any such list.
 * @throws RangeError for no clusters.
 */
export function bootstrap<T>(
  clusters: readonly T[],
  statistic: (drawn: readonly T[]) => number,
  { key, resamples = 2000, confidence = 0.95 }: BootstrapOptions,
): BootstrapInterval {
  if (clusters.length === 0) throw new RangeError('a bootstrap needs at least one cluster')
  const rng = randomFor(...key, 'bootstrap')
  const values = Float64Array.from({ length: resamples }, () =>
    statistic(clusters.map(() => clusters[rng.integer(clusters.length)] as T)),
  ).sort()
  const tail = (1 - confidence) / 2
  return { estimate: statistic(clusters), low: quantile(values, tail), high: quantile(values, 1 - tail) }
}

/** Quantile of sorted values, linear between neighbours. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  return low + (high - low) * (position - below)
}
