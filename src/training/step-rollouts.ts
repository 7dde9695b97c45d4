/** One step of rollouts, and its record: what training and sampling alone have in common. */
import { groupMetrics } from '../core/metrics.ts'
import type { Metrics, SampledRollout, StepRecord } from '../core/records.ts'
import { placeOf } from '../core/records.ts'
import { temperatureAt } from '../core/schedules.ts'
import type { PolicySampler } from '../engines/policy-engine.ts'
import { createBudget } from './budget.ts'
import { judgedRollouts } from './judged-rollouts.ts'
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

export interface RolloutStep {
  readonly tools: RolloutTools
  readonly step: number
  /** The policy as the steps that learn from rollouts found it; null where nothing needs it. */
  readonly reference: PolicySampler | null
  /** Steps of imitation that came before the first step of rollouts. */
  readonly imitated: number
}

/** The groups of a step: sampled, run and scored, or taken from those that were judged before. */
export async function rollOutStep(run: TrainingRun, plan: RolloutStep): Promise<StepRollouts> {
  const { training, policy } = run.config
  const { step, reference, imitated } = plan
  const startedAt = run.now()
  const stageStep = step - imitated
  const isCollected = training.rollouts === 'collected' && reference !== null
  const temperature = isCollected
    ? 1
    : temperatureAt(policy.temperature, policy.temperatureSchedule, { step: stageStep, totalSteps: training.steps })
  const rolledOut = isCollected
    ? await judgedRollouts(run, { step, stageStep, reference })
    : await sampledRollouts(run, plan, { stageStep, temperature })
  const rolledOutAt = run.now()
  const groups = withAdvantages(rolledOut, training.advantages)
  stopIfUnscorable(groups.flat(), training.maxUnscorableRate, `step ${step}`)
  return { step, groups, temperature, startedAt, rolledOutAt }
}

async function sampledRollouts(
  run: TrainingRun,
  { tools, step }: RolloutStep,
  { stageStep, temperature }: { readonly stageStep: number; readonly temperature: number },
): Promise<SampledRollout[][]> {
  const { seed, training, policy } = run.config
  const problems = problemsOfStep(run.problems, { seed, step: stageStep, count: training.problemsPerStep })
  const total = training.problemsPerStep * training.groupSize
  let done = 0
  return collectRollouts(
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
}

/** @param own metrics of what was done with the rollouts. */
export function recordStep(run: TrainingRun, rolledOut: StepRollouts, own: Metrics): StepRecord {
  const { step, groups, temperature, startedAt, rolledOutAt } = rolledOut
  const rollouts = groups.flat()
  const metrics: Metrics = {
    ...rolloutMetrics(rollouts, run.environment),
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
