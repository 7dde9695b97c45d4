/**
 * What the metrics of a run say about its health, as sentences with a remedy. Pure rules over numbers that were logged;
 * nothing is measured here, and a run without findings is not thereby a good one. Thresholds stand with their rules.
 */
import { deviationOf, meanOf } from './moments.ts'
import type { Metrics } from './records.ts'

export interface Finding {
  readonly level: 'note' | 'warning'
  /** Stable kebab-case name. */
  readonly code: string
  /** What was seen, one sentence with the numbers. */
  readonly message: string
  /** What to do about it, one sentence. */
  readonly hint: string
}

type Rule = (run: RunSeries) => Finding | null

interface RunSeries {
  readonly steps: number
  /** The metric's values in the order of the steps; steps without it are left out. */
  readonly series: (name: string) => number[]
}

/**
 * Findings in the order of the rules, warnings before notes.
 * @param metrics one record a step, oldest first; may be empty.
 */
export function runHealth(metrics: readonly Metrics[]): Finding[] {
  const run: RunSeries = {
    steps: metrics.length,
    series: (name) => metrics.map((step) => step[name]).filter((value) => value !== undefined),
  }
  const findings = rules.map((rule) => rule(run)).filter((finding) => finding !== null)
  return [...findings.filter(({ level }) => level === 'warning'), ...findings.filter(({ level }) => level === 'note')]
}

/** Steps at either end of a run that are averaged before they are compared. */
const window = 5

const rules: readonly Rule[] = [
  (run) => notFinite(run),
  ({ series }) => {
    const skipped = sumOf(series('optimizer/skipped'))
    if (skipped === 0) return null
    return {
      level: 'warning',
      code: 'optimizer-steps-skipped',
      message: `${skipped} of ${sumOf(series('optimizer/steps'))} optimizer steps were skipped because a gradient was not finite.`,
      hint: 'Lower training.learningRate, or bound the ratio with training.loss.dualClip: 3.',
    }
  },
  ({ series }) => {
    const updates = series('optimizer/steps').slice(-2 * window)
    const idle = updates.filter((count) => count === 0).length
    if (idle * 2 <= updates.length) return null
    return {
      level: 'warning',
      code: 'no-update',
      message: `${idle} of the last ${updates.length} steps changed nothing, because no group had two different rewards.`,
      hint: 'Raise training.groupSize or training.problemsPerStep, or choose problems that are solved now and then.',
    }
  },
  ({ series }) => {
    const zero = meanOf(series('frac_reward_zero_std').slice(-window))
    if (zero < 0.6) return null
    const good = meanOf(series('by_group/frac_all_good').slice(-window))
    const bad = meanOf(series('by_group/frac_all_bad').slice(-window))
    return {
      level: zero >= 0.9 ? 'warning' : 'note',
      code: 'little-signal',
      message: `${percent(zero)} of the groups of the last steps had no spread in their rewards and taught nothing.`,
      hint:
        good >= bad
          ? 'Use harder problems, or raise training.groupSize.'
          : 'Use easier problems, train the warm start longer, or raise training.groupSize.',
    }
  },
  ({ series }) => {
    const { first, last, count } = ends(series('entropy'))
    if (count <= window || last > 0.05 || last > 0.2 * first) return null
    return {
      level: 'warning',
      code: 'entropy-collapse',
      message: `The policy's entropy fell from ${number(first)} to ${number(last)} nats a token: it hardly explores any more.`,
      hint: 'Raise training.loss.clipHigh (0.28 is usual), set training.loss.klCoefficient: 0.04, or raise policy.temperature.',
    }
  },
  ({ series }) => {
    const { last, count } = ends(series('kl'))
    if (count === 0 || last < 0.5) return null
    return {
      level: 'warning',
      code: 'kl-growth',
      message: `The policy is ${number(last)} nats a token away from where it began.`,
      hint: 'Raise training.loss.klCoefficient, or lower training.learningRate.',
    }
  },
  ({ series }) => {
    const clipped = meanOf(series('clip_ratio/region_mean').slice(-window))
    if (clipped < 0.3) return null
    return {
      level: 'warning',
      code: 'most-ratios-clipped',
      message: `${percent(clipped)} of the probability ratios of the last steps lay outside the clip region.`,
      hint: 'Lower training.iterations or training.learningRate, or use larger minibatches.',
    }
  },
  ({ series }) => {
    const rate = meanOf(series('unscorable_rate'))
    if (rate < 0.02) return null
    return {
      level: rate >= 0.1 ? 'warning' : 'note',
      code: 'unscorable-rollouts',
      message: `${percent(rate)} of the rollouts could not be scored and were left out of the means.`,
      hint: 'Look at the judge failures of the report; raise the judge token limit or its retries.',
    }
  },
  ({ series }) => {
    const rate = meanOf(series('workflow/fallback_rate').slice(-window))
    if (rate < 0.2) return null
    return {
      level: rate >= 0.5 ? 'warning' : 'note',
      code: 'fallback-rate',
      message: `${percent(rate)} of the workflows of the last steps could not be run and fell back to a plain answer.`,
      hint: 'Train the warm start longer, and look at the parse and sandbox failures of the report.',
    }
  },
  ({ series }) => {
    const rate = meanOf(series('completions/clipped_ratio').slice(-window))
    if (rate < 0.1) return null
    return {
      level: rate >= 0.3 ? 'warning' : 'note',
      code: 'truncated-completions',
      message: `${percent(rate)} of the completions of the last steps ended at the length limit.`,
      hint: 'Raise policy.maxCompletionTokens.',
    }
  },
  ({ series }) => {
    const rewards = series('reward')
    if (rewards.length < 4 * window) return null
    const [first, last] = [rewards.slice(0, 2 * window), rewards.slice(-2 * window)]
    const error = Math.hypot(deviationOf(first), deviationOf(last)) / Math.sqrt(2 * window)
    if (meanOf(first) - meanOf(last) <= Math.max(1e-9, 2 * error)) return null
    return {
      level: 'warning',
      code: 'reward-fell',
      message: `The mean reward fell from ${number(meanOf(first))} in the first to ${number(meanOf(last))} in the last ${2 * window} steps, more than chance explains.`,
      hint: 'Lower training.learningRate, or take an earlier checkpoint.',
    }
  },
  ({ series }) => {
    const largest = series('sampling/sampling_logp_difference/max').reduce((a, b) => Math.max(a, b), 0)
    const single = series('optimizer/steps').every((count) => count <= 1)
    if (!single || largest < 0.05) return null
    return {
      level: 'warning',
      code: 'sampler-differs',
      message: `Sampler and trainer disagree by up to ${number(largest)} nats on the log-prob of a token at equal weights.`,
      hint: 'Sample at policy.topP: 1, or set training.loss.importance: token_truncate.',
    }
  },
  ({ series }) => {
    const losses = series('loss')
    const onPolicy = series('optimizer/steps').every((count) => count <= 1)
    if (losses.length === 0 || !onPolicy || !losses.every((loss) => Math.abs(loss) < 1e-3)) return null
    return {
      level: 'note',
      code: 'loss-near-zero',
      message: 'The loss is near 0 at every step, which is what one on-policy update a step without a KL term gives.',
      hint: 'Judge the training by reward and accuracy; the gradient norm shows that something is learned.',
    }
  },
]

/** Metrics that are NaN or infinite, wherever they stand. */
function notFinite({ series }: RunSeries): Finding | null {
  const names = ['loss', 'grad_norm', 'entropy', 'kl', 'reward'].filter((name) =>
    series(name).some((value) => !Number.isFinite(value)),
  )
  if (names.length === 0) return null
  return {
    level: 'warning',
    code: 'not-finite',
    message: `Not a finite number in some step: ${names.join(', ')}.`,
    hint: 'Lower training.learningRate and resume from a checkpoint before that step.',
  }
}

/** Means over the first and over the last steps. */
function ends(values: readonly number[]): { first: number; last: number; count: number } {
  return { first: meanOf(values.slice(0, window)), last: meanOf(values.slice(-window)), count: values.length }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function number(value: number): string {
  return value.toPrecision(3)
}
