/**
 * How many groups will carry signal (right and wrong answers mixed), forecast from a few attempts at each problem before
 * money is spent. The chance p of a good rollout is drawn from a beta distribution
 * over problems whose two parameters have a posterior on a grid; a problem seen passing s of t times then has
 * p ~ Beta(a + s, b + t - s), so that 0 of 2 is not taken for never.
 * Covers good against bad; spread among rewards of one kind (costs, penalties) is left out, so it is a lower bound.
 * Where problems fall into two kinds, or are all alike, the forecast comes out some points too low.
 */
import { betaQuantile, logBeta } from './distributions.ts'
import { meanOf } from './moments.ts'

export interface PilotOutcome {
  readonly passes: number
  readonly trials: number
}

export interface SignalForecast {
  /** Expected share of groups with both good and bad rollouts. */
  readonly share: number
  /** 95 % interval of the share over this set of problems. */
  readonly low: number
  readonly high: number
  /** Problems that were tried, and how often in all. */
  readonly problems: number
  readonly attempts: number
}

/**
 * @param outcomes one entry a problem; entries without a trial say nothing about p but count as problems.
 * @param groupSize rollouts of one problem, at least 1 (one alone never carries signal).
 * @returns share 0..1; the interval is [0, 1] when nothing was tried.
 * @throws RangeError unless 0 <= passes <= trials.
 */
export function forecastSignal(outcomes: readonly PilotOutcome[], groupSize: number): SignalForecast {
  for (const { passes, trials } of outcomes) {
    if (!(passes >= 0 && passes <= trials)) {
      throw new RangeError(`passes must lie between 0 and trials (got ${passes} of ${trials})`)
    }
  }
  const problems = outcomes.length === 0 ? [{ passes: 0, trials: 0 }] : outcomes
  const tried = outcomes.filter(({ trials }) => trials > 0)
  const posterior = posteriorOfPriors(tried)
  const moments = posterior.map(({ a, b, weight }) => {
    const shares = problems.map(({ passes, trials }) => mixedShare(a + passes, b + trials - passes, groupSize))
    return {
      weight,
      mean: meanOf(shares),
      noise: sumOf(shares.map((share) => share * (1 - share))) / Math.max(1, shares.length) ** 2,
    }
  })
  const share = sumOf(moments.map(({ weight, mean }) => weight * mean))
  const seen = { problems: tried.length, attempts: sumOf(tried.map(({ trials }) => trials)) }
  if (tried.length === 0) return { share, low: 0, high: 1, ...seen }
  // Law of total variance: what is not known about the prior, plus the luck of each problem's group.
  const variance = sumOf(moments.map(({ weight, mean, noise }) => weight * ((mean - share) ** 2 + noise)))
  const { low, high } = betaInterval(share, variance)
  // The share that comes out is a whole number of problems: half a problem is added on either side.
  const half = 0.5 / problems.length
  return { share, low: Math.max(0, low - half), high: Math.min(1, high + half), ...seen }
}

interface Prior {
  readonly a: number
  readonly b: number
  readonly weight: number
}

/** Grid over the mean of p and over how alike problems are (a + b), flat in the mean and in the logarithm of a + b. */
function posteriorOfPriors(outcomes: readonly PilotOutcome[]): Prior[] {
  const grid: { a: number; b: number; log: number }[] = []
  for (const { mean, width } of priorMeans) {
    for (const size of priorSizes) {
      const [a, b] = [mean * size, (1 - mean) * size]
      const base = logBeta(a, b)
      const log =
        Math.log(width) + sumOf(outcomes.map(({ passes, trials }) => logBeta(a + passes, b + trials - passes) - base))
      grid.push({ a, b, log })
    }
  }
  const largest = grid.reduce((max, { log }) => Math.max(max, log), Number.NEGATIVE_INFINITY)
  const total = sumOf(grid.map(({ log }) => Math.exp(log - largest)))
  return grid.map(({ a, b, log }) => ({ a, b, weight: Math.exp(log - largest) / total }))
}

/** Midpoints of cells that grow from both ends towards the middle: forecasts are mostly about rates near 0 and 1. */
const priorMeans = ((): readonly { readonly mean: number; readonly width: number }[] => {
  const lower = [0, 0.0003, 0.001, 0.002, 0.004, 0.008, 0.016, 0.03]
  const inner = Array.from({ length: 19 }, (_, i) => 0.05 + i * 0.05)
  const edges = [...lower, ...inner, ...lower.map((edge) => 1 - edge).reverse()]
  return edges
    .slice(1)
    .map((edge, i) => ({ mean: (edge + (edges[i] as number)) / 2, width: edge - (edges[i] as number) }))
})()

const priorSizes = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256]

/** 1 - E[p^G] - E[(1 - p)^G] for p ~ Beta(a, b). */
function mixedShare(a: number, b: number, groupSize: number): number {
  const base = logBeta(a, b)
  const all = Math.exp(logBeta(a + groupSize, b) - base)
  const none = Math.exp(logBeta(a, b + groupSize) - base)
  return Math.min(1, Math.max(0, 1 - all - none))
}

/** Central 95 % of the beta distribution with this mean and variance. */
function betaInterval(mean: number, variance: number): { low: number; high: number } {
  if (mean <= 0 || mean >= 1 || variance <= 0) return { low: mean, high: mean }
  const size = Math.max(1e-3, (mean * (1 - mean)) / variance - 1)
  const [a, b] = [mean * size, (1 - mean) * size]
  return { low: Math.min(mean, betaQuantile(0.025, a, b)), high: Math.max(mean, betaQuantile(0.975, a, b)) }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
