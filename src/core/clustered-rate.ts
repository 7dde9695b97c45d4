/**
 * A share with its 95 % interval where the trials come in clusters: the rollouts of one problem, the questions about one
 * image. They are alike, so an interval that takes them as independent is too narrow; one that takes each problem as a
 * single trial is too wide. This is Wilson's interval with the effective sample size that the design effect leaves
 * (Rao and Scott, Biometrics 48, 1992, for the ratio estimator; Franco et al., J. Surv. Stat. Methodol. 7, 2019, for
 * Wilson's interval with it). Few clusters say little about how alike their trials are, and none where every trial ends
 * the same: one more cluster is assumed whose trials all agree, so that 0 of 16 in 4 problems counts as 0 of 4.
 * Checked by simulation: `clustered-rate.test.ts`. Below about 8 clusters it covers as Wilson's does (88 % at worst).
 */
import { wilson } from './intervals.ts'

export interface Rate {
  /** In 0..1; 0 where nothing was tried. */
  readonly value: number
  readonly low: number
  readonly high: number
  /** Clusters (problems) with at least one trial. */
  readonly n: number
  /** Trials (rollouts) of them. */
  readonly trials: number
}

export interface RateCluster {
  /** Trials that were right, or the sum of their scores in 0..1; at most `trials`. */
  readonly right: number
  readonly trials: number
}

/** Variance of one trial at a rate of 1/2: what the assumed cluster adds to either side of the design effect. */
const assumedVariance = 0.25

/**
 * @param clusters any number; those without a trial are left out.
 * @param weighting `equal` is the mean of the clusters' own shares (each problem counts the same), `trials` the share of all trials.
 * @returns the interval is [0, 1] where nothing was tried, and never of width 0.
 * @throws RangeError unless 0 <= right <= trials in each cluster.
 */
export function clusteredRate(clusters: readonly RateCluster[], weighting: 'equal' | 'trials' = 'equal'): Rate {
  const wrong = clusters.find(({ right, trials }) => !(right >= 0 && right <= trials + 1e-9))
  if (wrong !== undefined) {
    throw new RangeError(`right must lie between 0 and trials (got ${wrong.right} of ${wrong.trials})`)
  }
  const tried = clusters.filter(({ trials }) => trials > 0)
  const n = tried.length
  const trials = sumOf(tried.map((cluster) => cluster.trials))
  if (n === 0) return { value: 0, low: 0, high: 1, n, trials }
  const parts = tried.map(({ right, trials: size }) => ({
    share: Math.min(1, right / size),
    weight: weighting === 'equal' ? 1 : size,
  }))
  const total = sumOf(parts.map(({ weight }) => weight))
  const value = Math.min(1, sumOf(parts.map(({ share, weight }) => share * weight)) / total)
  const squares = sumOf(parts.map(({ weight }) => weight * weight))
  const spread = sumOf(parts.map(({ share, weight }) => (weight * (share - value)) ** 2))
  const assumed = assumedVariance * (squares / n)
  const bessel = n > 1 ? n / (n - 1) : 1
  // 1 where the trials of a cluster all agree, 1 / (trials of a cluster) where they are independent.
  const alike = (bessel * spread + assumed) / (value * (1 - value) * squares + assumed)
  const asOne = (total * total) / squares
  const [low, high] = wilson(value, Math.min(trials, asOne / Math.min(1, alike)))
  return { value, low, high, n, trials }
}

export interface ProblemOutcome {
  readonly problemId: string
  /** null where it could not be scored: left out. */
  readonly isCorrect: boolean | null
}

/**
 * Share right over problems, each counting the same however many rollouts it had: the accuracy that Baton reports.
 * @param weighting `trials` for a share of all rollouts.
 */
export function rateByProblem(outcomes: readonly ProblemOutcome[], weighting: 'equal' | 'trials' = 'equal'): Rate {
  const clusters = new Map<string, { right: number; trials: number }>()
  for (const { problemId, isCorrect } of outcomes) {
    if (isCorrect === null) continue
    const { right, trials } = clusters.get(problemId) ?? { right: 0, trials: 0 }
    clusters.set(problemId, { right: right + (isCorrect ? 1 : 0), trials: trials + 1 })
  }
  return clusteredRate([...clusters.values()], weighting)
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
