/** Metrics that any environment's rollouts have, by TRL's names where it has one. */

import { rateByProblem } from '../core/clustered-rate.ts'
import { meanOf } from '../core/moments.ts'
import type { Metrics, SampledRollout } from '../core/records.ts'
import type { Environment } from './environment.ts'
import { outageOf } from './services.ts'

/**
 * Over the rollouts of one step or evaluation. Means are over what could be scored (without any there is no `reward` and
 * no `accuracy`, only `accuracy/n: 0`);
 * `unscorable_rate` says how much could not, and `service_failure_rate` how much of that because a service failed. `accuracy` is the mean over problems of the share right, with its 95 % interval (the rollouts of one problem
 * are one cluster); `accuracy/n` counts problems.
 */
export function rolloutMetrics(
  rollouts: readonly SampledRollout[],
  { isFixedLength = false }: Pick<Environment, 'isFixedLength'> = {},
): Metrics {
  const scores = rollouts.map((rollout) => rollout.score)
  const scored = scores.filter((score) => score.kind === 'scored')
  const accuracy = rateByProblem(
    rollouts.map(({ problemId, score }) => ({
      problemId,
      isCorrect: score.kind === 'scored' ? score.isCorrect : null,
    })),
  )
  const lengths = rollouts.map((rollout) => rollout.tokens.length)
  return {
    ...(accuracy.n === 0
      ? {}
      : { accuracy: accuracy.value, 'accuracy/low': accuracy.low, 'accuracy/high': accuracy.high }),
    'accuracy/n': accuracy.n,
    unscorable_rate: rateOf(rollouts, (rollout) => rollout.score.kind === 'unscorable'),
    service_failure_rate: rateOf(rollouts, (rollout) => outageOf(rollout) !== null),
    ...(scored.length === 0 ? {} : { reward: meanOf(scored.map((score) => score.reward)) }),
    ...partMeans(rollouts),
    'completions/mean_length': meanOf(lengths),
    'completions/min_length': lengths.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    'completions/max_length': lengths.reduce((a, b) => Math.max(a, b), 0),
    ...(isFixedLength
      ? {}
      : { 'completions/clipped_ratio': rateOf(rollouts, (rollout) => rollout.stopReason === 'length') }),
    ...decidedShare(rollouts),
    'cost/total': sumOf(rollouts.map((rollout) => rollout.costUsd)),
    'cost/per_problem': meanOf(rollouts.map((rollout) => rollout.costUsd)),
    'cost/llm_calls': sumOf(rollouts.map((rollout) => rollout.llmCalls)),
    ...errorCounts(rollouts),
  }
}

/** Of completions that were held to a grammar: the share of tokens that it left no choice about. */
function decidedShare(rollouts: readonly SampledRollout[]): Metrics {
  const held = rollouts.flatMap(({ decidedTokens, tokens }) =>
    decidedTokens === undefined ? [] : [{ decidedTokens, count: tokens.length }],
  )
  const tokens = sumOf(held.map(({ count }) => count))
  if (tokens === 0) return {}
  return { 'completions/decided_ratio': sumOf(held.map(({ decidedTokens }) => decidedTokens)) / tokens }
}

/** `rewards/<part>/mean`: what each named part contributes to the mean reward. */
function partMeans(rollouts: readonly SampledRollout[]): Metrics {
  const totals = new Map<string, number>()
  let scored = 0
  for (const { score } of rollouts) {
    if (score.kind !== 'scored') continue
    scored += 1
    for (const part of score.parts) totals.set(part.name, (totals.get(part.name) ?? 0) + part.value)
  }
  return Object.fromEntries([...totals].map(([name, total]) => [`rewards/${name}/mean`, total / scored]))
}

/** `error/<boundary>/<code>`: failures a rollout, each kind counted once a rollout. */
function errorCounts(rollouts: readonly SampledRollout[]): Metrics {
  const counts = new Map<string, number>()
  for (const { failures } of rollouts) {
    for (const name of new Set(failures.map((failure) => `error/${failure.boundary}/${failure.code}`))) {
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  return Object.fromEntries([...counts].map(([name, count]) => [name, count / rollouts.length]))
}

export function rateOf<T>(items: readonly T[], claim: (item: T) => boolean): number {
  return items.length === 0 ? 0 : items.filter(claim).length / items.length
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
