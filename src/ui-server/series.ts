/** Metrics of steps as columns: what charts draw. */
import type { StepRecord } from '../core/records.ts'
import type { Sparkline, StepSeries } from './api.ts'

/** Metrics that the page draws; the others stay in `metrics.jsonl`. */
const drawn =
  /^(?:reward|reward_std(?:\/within)?|accuracy(?:\/(?:low|high|n))?|unscorable_rate|service_failure_rate|frac_reward_zero_std|entropy|kl|learning_rate|grad_norm|loss|by_group\/.*|completions\/(?:mean|min|max)_length|completions\/clipped_ratio|workflow\/.*|error\/.*|operators\/[^/]+\/[^/]+\/share|operators\/(?:entropy|calls)|cost\/(?:total|cumulative|executor|judge|llm_calls)|judge\/.*|time\/.*|rewards\/.*)$/

/** Significant digits: more than a chart shows, fewer than a double prints. */
const digits = 6

export function seriesOf(steps: readonly StepRecord[]): StepSeries {
  const names = [...new Set(steps.flatMap(({ metrics }) => Object.keys(metrics)))].filter((name) => drawn.test(name))
  return {
    steps: steps.map(({ step }) => step),
    metrics: Object.fromEntries(
      names
        .sort()
        .map((name) => [name, steps.map(({ metrics }) => rounded(metrics[name]))] as const)
        .filter(([, values]) => values.some((value) => value !== null)),
    ),
  }
}

function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(digits))
}

/** At most so many points, evenly chosen, the last one always. */
const sparkPoints = 60

export function sparklineOf(steps: readonly StepRecord[], name: string): Sparkline | null {
  const known = steps.filter(({ metrics }) => metrics[name] !== undefined)
  if (known.length === 0) return null
  const stride = Math.max(1, Math.ceil(known.length / sparkPoints))
  const picked = known.filter((_, i) => (known.length - 1 - i) % stride === 0)
  return {
    steps: picked.map(({ step }) => step),
    values: picked.map(({ metrics }) => rounded(metrics[name])),
  }
}
