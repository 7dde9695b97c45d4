/**
 * Rules over the logged metrics of a run. Each looks at the latest steps, so that a finding clears once its cause is
 * gone. Thresholds are defined with their rules; they are relaxed for a rule that already holds, so that a value near
 * its threshold does not make the finding come and go.
 */
import { deviationOf, meanOf } from '../moments.ts'
import type { Metrics } from '../records.ts'
import { serviceFailureKinds } from '../service-failures.ts'
import type { FindingCode, HealthFinding, RecentShare, ServiceFailureShare } from './findings.ts'

/** Steps at either end of a run that are averaged before they are compared. */
export const window = 5
/** Steps before a share is judged. */
const fewestSteps = 3
/** A rule that already holds keeps holding down to this fraction of its threshold (up to its inverse for low values). */
const easing = 0.8

export interface RunSeries {
  /** The metric's values in the order of the steps, oldest first; steps without it are left out. */
  readonly series: (name: string) => readonly number[]
  /** All metrics of the latest steps, oldest first, at most `window` of them. */
  readonly latest: readonly Metrics[]
}

interface Rule {
  readonly code: FindingCode
  /** @param ease 1, and less for a rule that holds already. */
  readonly find: (run: RunSeries, ease: number) => HealthFinding | null
}

/** @param held rules that held at the step before. */
export function findingsOf(run: RunSeries, held: ReadonlySet<FindingCode>): HealthFinding[] {
  return rules.flatMap(({ code, find }) => find(run, held.has(code) ? easing : 1) ?? [])
}

/** Whether the simulator knew the problems of an evaluation, before the first step. */
export function unknownToSimulator(metrics: Metrics): HealthFinding | null {
  const { 'simulator/unknown_problem_rate': share = 0, 'accuracy/n': problems = 0 } = metrics
  if (share < 0.5) return null
  return { code: 'simulator-unknown', level: levelOf(share, 0.9), facts: { share, steps: 0, problems } }
}

const rules: readonly Rule[] = [
  {
    code: 'not-finite',
    find: ({ series }) => {
      const metrics = ['loss', 'grad_norm', 'entropy', 'kl', 'reward'].filter((name) =>
        series(name)
          .slice(-window)
          .some((value) => !Number.isFinite(value)),
      )
      return metrics.length === 0 ? null : { code: 'not-finite', level: 'warning', facts: { metrics } }
    },
  },
  {
    code: 'optimizer-steps-skipped',
    find: ({ series }) => {
      const skipped = sumOf(series('optimizer/skipped').slice(-window))
      if (skipped === 0) return null
      const steps = sumOf(series('optimizer/steps').slice(-window))
      return { code: 'optimizer-steps-skipped', level: 'warning', facts: { skipped, steps } }
    },
  },
  {
    code: 'hardly-right',
    find: (run, ease) => {
      // Weighted by problems: a step in which nothing could be scored says nothing.
      const scored = run.series('accuracy/n').slice(-window)
      const right = run.series('accuracy').slice(-window)
      const problems = sumOf(scored)
      if (scored.length < fewestSteps || problems === 0) return null
      const share = sumOf(right.map((value, i) => value * (scored[i] ?? 0))) / problems
      if (share > 0.02 / ease) return null
      return { code: 'hardly-right', level: 'warning', facts: { share, steps: scored.length, problems } }
    },
  },
  {
    code: 'judge-disagrees',
    find: (run, ease) => {
      const compared = run.series('judge/agreement/n').slice(-window)
      const agreed = run.series('judge/agreement').slice(-window)
      const problems = sumOf(compared)
      if (compared.length < fewestSteps || problems === 0) return null
      const share = 1 - sumOf(agreed.map((value, i) => value * (compared[i] ?? 0))) / problems
      if (share < 0.05 * ease) return null
      return {
        code: 'judge-disagrees',
        level: levelOf(share, 0.15 * ease),
        facts: { share, steps: compared.length, problems },
      }
    },
  },
  shareRule('simulator-unknown', 'simulator/unknown_problem_rate', { note: 0.5, warning: 0.9 }),
  {
    code: 'no-update',
    find: ({ series }) => {
      const updates = series('optimizer/steps').slice(-2 * window)
      const idle = updates.filter((count) => count === 0).length
      if (updates.length < fewestSteps || idle * 2 <= updates.length) return null
      return { code: 'no-update', level: 'warning', facts: { idle, steps: updates.length } }
    },
  },
  {
    code: 'little-spread',
    find: (run, ease) => {
      const recent = recentShare(run, 'frac_reward_zero_std')
      if (recent === null || recent.share < 0.6 * ease) return null
      // Groups without a verdict say nothing of how hard the problems are.
      if ((recentShare(run, 'unscorable_rate')?.share ?? 0) > 0.999) return null
      const mean = (name: string): number => meanOf(run.series(name).slice(-window))
      const cause = mean('by_group/frac_all_good') >= mean('by_group/frac_all_bad') ? 'solved' : 'unsolved'
      return { code: 'little-spread', level: levelOf(recent.share, 0.9 * ease), facts: { ...recent, cause } }
    },
  },
  {
    code: 'entropy-collapse',
    find: ({ series }, ease) => {
      const { first, last, count } = ends(series('entropy'))
      if (count <= window || last > 0.05 / ease || last > (0.2 * first) / ease) return null
      return { code: 'entropy-collapse', level: 'warning', facts: { first, last } }
    },
  },
  {
    code: 'kl-growth',
    find: ({ series }, ease) => {
      const { last, count } = ends(series('kl'))
      return count === 0 || last < 0.5 * ease ? null : { code: 'kl-growth', level: 'warning', facts: { last } }
    },
  },
  {
    code: 'most-ratios-clipped',
    find: (run, ease) => {
      const recent = recentShare(run, 'clip_ratio/region_mean')
      if (recent === null || recent.share < 0.3 * ease) return null
      return { code: 'most-ratios-clipped', level: 'warning', facts: { share: recent.share, steps: recent.steps } }
    },
  },
  {
    code: 'service-failures',
    find: (run, ease) => {
      const recent = recentShareBy(run, (metrics) => metrics['service_failure_rate'])
      if (recent === null || recent.share < 0.02 * ease) return null
      const facts = { ...recent, kinds: serviceFailureShares(run.latest).slice(0, 3) }
      return { code: 'service-failures', level: levelOf(recent.share, 0.1 * ease), facts }
    },
  },
  {
    code: 'unscorable-rollouts',
    // Those that services failed have a finding of their own.
    find: (run, ease) => {
      const recent = recentShareBy(run, ({ unscorable_rate: all, service_failure_rate: failed = 0 }) =>
        all === undefined ? undefined : all - failed,
      )
      if (recent === null || recent.share < 0.02 * ease) return null
      return { code: 'unscorable-rollouts', level: levelOf(recent.share, 0.1 * ease), facts: recent }
    },
  },
  shareRule('broken-rules', 'workflow/violation_rate', { note: 0.15, warning: 0.3 }),
  shareRule('fallback-rate', 'workflow/fallback_rate', { note: 0.2, warning: 0.5 }),
  shareRule('truncated-completions', 'completions/clipped_ratio', { note: 0.1, warning: 0.3 }),
  {
    code: 'reward-fell',
    find: ({ series }, ease) => {
      const rewards = series('reward')
      const steps = 2 * window
      if (rewards.length < 2 * steps) return null
      const [before, now] = [rewards.slice(0, steps), rewards.slice(-steps)]
      const [first, last] = [meanOf(before), meanOf(now)]
      const error = Math.hypot(deviationOf(before), deviationOf(now)) / Math.sqrt(steps)
      if (first - last <= Math.max(1e-9, 2 * ease * error)) return null
      return { code: 'reward-fell', level: 'warning', facts: { first, last, steps } }
    },
  },
  {
    code: 'sampler-differs',
    find: ({ series }, ease) => {
      const largest = Math.max(0, ...series('sampling/sampling_logp_difference/max').slice(-window))
      const single = series('optimizer/steps').every((count) => count <= 1)
      if (!single || largest < 0.05 * ease) return null
      return { code: 'sampler-differs', level: 'warning', facts: { largest } }
    },
  },
]

type ShareCode = 'simulator-unknown' | 'broken-rules' | 'fallback-rate' | 'truncated-completions'

/** A metric that is a share of the rollouts: a note from `note` on, a warning from `warning` on. */
function shareRule(
  code: ShareCode,
  metric: string,
  { note, warning }: { readonly note: number; readonly warning: number },
): Rule {
  return {
    code,
    find: (run, ease) => {
      const recent = recentShare(run, metric)
      if (recent === null || recent.share < note * ease) return null
      return { code, level: levelOf(recent.share, warning * ease), facts: recent }
    },
  }
}

/** Mean over the latest steps; null where there are too few. */
function recentShare({ series }: RunSeries, metric: string): RecentShare | null {
  const values = series(metric).slice(-window)
  if (values.length < fewestSteps) return null
  return { share: meanOf(values), steps: values.length, problems: sumOf(series('accuracy/n').slice(-values.length)) }
}

/** The same of a figure that is worked out from a step's metrics. */
function recentShareBy({ latest }: RunSeries, figure: (metrics: Metrics) => number | undefined): RecentShare | null {
  const values = latest.flatMap((metrics) => figure(metrics) ?? [])
  if (values.length < fewestSteps) return null
  const problems = sumOf(latest.slice(-values.length).map((metrics) => metrics['accuracy/n'] ?? 0))
  return { share: meanOf(values), steps: values.length, problems }
}

/** Kinds of service failures that were met, the commonest first. */
function serviceFailureShares(latest: readonly Metrics[]): ServiceFailureShare[] {
  return (['executor', 'judge'] as const)
    .flatMap((boundary) =>
      serviceFailureKinds.map((kind) => {
        const share = meanOf(latest.map((metrics) => metrics[`error/${boundary}/${kind}`] ?? 0))
        return { boundary, kind, share }
      }),
    )
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
}

function levelOf(share: number, warning: number): HealthFinding['level'] {
  return share >= warning ? 'warning' : 'note'
}

/** Means over the first and over the last steps. */
function ends(values: readonly number[]): { first: number; last: number; count: number } {
  return { first: meanOf(values.slice(0, window)), last: meanOf(values.slice(-window)), count: values.length }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
