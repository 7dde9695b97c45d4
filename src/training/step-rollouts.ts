/** One step of rollouts, and its record: what training and sampling alone have in common. */
import { groupMetrics } from '../core/metrics.ts'
import type { Metrics, SampledRollout, StepRecord } from '../core/records.ts'
import { placeOf } from '../core/records.ts'
import { temperatureAt } from '../core/schedules.ts'
import { createBudget } from './budget.ts'
import { problemsOfStep } from './problem-order.ts'
import { rolloutMetrics } from './rollout-metrics.ts'
import { collectRollouts, type RolloutTools } from './rollouts.ts'
import { stopIfUnscorable } from './services.ts'
import type { TrainingRun } from './training-run.ts'
import { withAdvantages } from './update.ts'

export interface StepRollouts {
  readonly step: number
  /** Shape [P][G], with their advantages. */
  readonly groups: readonly (readonly SampledRollout[])[]
  /** That they were sampled at. */
  readonly temperature: number
  /** Milliseconds. */
  readonly startedAt: number
  readonly rolledOutAt: number
}

export function rolloutTools({ environment, engine, store, config, now, signal }: TrainingRun): RolloutTools {
  return {
    environment,
    tokenizer: engine.tokenizer,
    journal: store,
    budget: createBudget(config.training.maxCostUsd, () => store.spentUsd()),
    now,
    signal,
  }
}

/** Samples, runs and scores the groups of a step. */
export async function rollOutStep(run: TrainingRun, tools: RolloutTools, step: number): Promise<StepRollouts> {
  const { seed, training, policy } = run.config
  const startedAt = run.now()
  const problems = problemsOfStep(run.problems, seed, step, training.problemsPerStep)
  const temperature = temperatureAt(policy.temperature, policy.temperatureSchedule, step, training.steps)
  const total = training.problemsPerStep * training.groupSize
  let done = 0
  const sampled = await collectRollouts(
    problems,
    {
      policy: run.engine,
      seed,
      phase: 'train',
      label: '',
      step,
      groupSize: training.groupSize,
      sharedDraws: training.sharedDraws,
      maxTokens: policy.maxCompletionTokens,
      temperature,
      topP: policy.topP,
      concurrency: training.concurrency,
      onRollout: (rollout) =>
        run.store.event({ kind: 'rollout', label: `step ${step}`, done: ++done, total, place: placeOf(rollout) }),
    },
    tools,
  )
  const rolledOutAt = run.now()
  const groups = withAdvantages(sampled, training.advantages)
  stopIfUnscorable(groups.flat(), training.maxUnscorableRate, `step ${step}`)
  return { step, groups, temperature, startedAt, rolledOutAt }
}

/** @param own metrics of what was done with the rollouts. */
export function recordStep(run: TrainingRun, rolledOut: StepRollouts, own: Metrics): StepRecord {
  const { step, groups, temperature, startedAt, rolledOutAt } = rolledOut
  const rollouts = groups.flat()
  const metrics: Metrics = {
    ...rolloutMetrics(rollouts),
    ...groupMetrics(groups.map((group) => group.map(({ score }) => score))),
    ...run.environment.metrics(rollouts),
    ...own,
    'policy/temperature': temperature,
    'cost/cumulative': cumulativeCost(run.store.steps(), rollouts),
    'time/rollouts_s': (rolledOutAt - startedAt) / 1000,
    'time/update_s': (run.now() - rolledOutAt) / 1000,
    'time/step_s': (run.now() - startedAt) / 1000,
  }
  const record: StepRecord = { version: 1, step, metrics }
  run.store.recordStep(record, rollouts)
  return record
}

/** What the rollouts of this step and of those before it cost, as bought; evaluations not counted. */
function cumulativeCost(steps: readonly StepRecord[], rollouts: readonly SampledRollout[]): number {
  const before = steps.at(-1)?.metrics['cost/cumulative'] ?? 0
  return rollouts.reduce((sum, rollout) => sum + rollout.costUsd, before)
}
