/**
 * The training loop: sample, run, score, advantages, update, log.
 *
 * Group relative policy optimization (GRPO, arXiv:2402.03300) with rewards from real executions. What a step does:
 * the policy writes G completions for each of P problems; the environment runs and scores them; rewards are centred
 * within each group; the engine takes an optimizer step on the tokens as they were sampled. What it leaves out: no
 * value network, no replay of old rollouts, no asynchronous sampling: every rollout comes from the newest weights.
 */
import { groupMetrics } from '../core/metrics.ts'
import type { Problem } from '../core/problem.ts'
import type { EvaluationRecord, Metrics, RolloutRecord, StepRecord } from '../core/records.ts'
import { learningRateAt, temperatureAt } from '../core/schedules.ts'
import type { SignalForecast } from '../core/signal-forecast.ts'
import type { PolicySampler } from '../engines/policy-engine.ts'
import { bestOfN } from './best-of-n.ts'
import { createBudget } from './budget.ts'
import type { Environment } from './environment.ts'
import { type MeasuredRun, measureAfter, measureBefore, measureCourse, relabelEvaluations } from './measuring.ts'
import { problemsOfStep } from './problem-order.ts'
import { rolloutMetrics } from './rollout-metrics.ts'
import { collectRollouts, type RolloutTools } from './rollouts.ts'
import { watchRun } from './run-health.ts'
import { stopIfUnscorable } from './services.ts'
import { checkSignal } from './signal.ts'
import { selectForUpdate, updatePolicy, withAdvantages } from './update.ts'

export interface TrainingRun extends MeasuredRun {
  readonly environment: Environment
  readonly problems: readonly Problem[]
  /** Asked after every step: true finishes with a checkpoint. */
  readonly shouldStop: () => boolean
  readonly now: () => number
}

export interface TrainingResult {
  readonly steps: number
  readonly isComplete: boolean
  /** One evaluation a decoding, greedy first. */
  readonly before: readonly EvaluationRecord[]
  /** Likewise; empty when the run was stopped before its last step. */
  readonly after: readonly EvaluationRecord[]
}

/**
 * @returns without a last evaluation where the engine cannot learn: its rollouts are sampled, run, scored and recorded
 * step by step as any, and the best of each group is reported.
 */
export async function train(run: TrainingRun): Promise<TrainingResult> {
  const { config, engine, store, observer, signal } = run
  const { training } = config
  const { canLearn = true } = engine
  const tools = rolloutTools(run)
  // The reference of the KL term is the policy as it was before the first step, also in a resumed run.
  const reference = canLearn && training.loss.klCoefficient > 0 ? await engine.snapshot() : null
  let step = await resumeFrom(run)
  const health = watchRun(store, observer)
  relabelEvaluations(store, training.steps)
  const before = await measureBefore(run, tools, step)
  health.evaluated()
  if (step === 0 && canLearn) {
    observer({ kind: 'forecast', forecast: forecastOf(before, training), groupSize: training.groupSize })
  }

  while (step < training.steps && !run.shouldStop()) {
    step += 1
    health.step(await trainStep(run, tools, reference, step))
    const isLast = step === training.steps || run.shouldStop()
    if (!canLearn) continue
    await measureCourse(run, tools, step)
    if (isLast || step % training.checkpointEvery === 0) {
      await store.checkpoints.save(step, { step }, (folder) => engine.save(folder))
      observer({ kind: 'checkpoint', step })
    }
  }

  const isComplete = step >= training.steps
  const after = isComplete && canLearn ? await measureAfter(run, tools, step) : []
  await reference?.close()
  signal.throwIfAborted()
  return { steps: step, isComplete, before, after }
}

/** From the policy as it is sampled in training, where that was measured. */
function forecastOf(
  before: readonly EvaluationRecord[],
  { groupSize, problemsPerStep, steps, acceptLowSignal }: TrainingRun['config']['training'],
): SignalForecast {
  const measured = before.find(({ decoding }) => decoding === 'sampled') ?? before[0]
  const rolloutCostUsd = measured?.metrics['cost/per_problem'] ?? 0
  const plan = { groupSize, groups: problemsPerStep * steps, rolloutCostUsd, acceptLowSignal }
  return checkSignal(measured?.outcomes ?? [], plan)
}

/** One step: problems, rollouts, advantages, update, record. */
async function trainStep(
  run: TrainingRun,
  tools: RolloutTools,
  reference: PolicySampler | null,
  step: number,
): Promise<StepRecord> {
  const { config, engine, signal } = run
  const { training, policy } = config
  const startedAt = run.now()
  const problems = problemsOfStep(run.problems, config.seed, step, training.problemsPerStep)
  const temperature = temperatureAt(policy.temperature, policy.temperatureSchedule, step, training.steps)
  const total = training.problemsPerStep * training.groupSize
  let done = 0

  const sampled = await collectRollouts(
    engine,
    problems,
    {
      seed: config.seed,
      phase: 'train',
      label: '',
      step,
      groupSize: training.groupSize,
      sharedDraws: training.sharedDraws,
      maxTokens: policy.maxCompletionTokens,
      temperature,
      topP: policy.topP,
      concurrency: training.concurrency,
      onRollout: () => run.observer({ kind: 'rollout', label: `step ${step}`, done: ++done, total }),
    },
    tools,
    signal,
  )
  const rolledOutAt = run.now()
  const groups = withAdvantages(sampled, training.advantages)
  const rollouts = groups.flat()
  stopIfUnscorable(rollouts, training.maxUnscorableRate, `step ${step}`)

  const { canLearn = true } = engine
  const selected = canLearn ? selectForUpdate(groups, training.dropZeroSignalGroups) : []
  const learningRate = learningRateAt(training, step, training.steps)
  const updateMetrics =
    selected.length === 0
      ? { learning_rate: learningRate, 'optimizer/steps': 0, 'optimizer/skipped': 0 }
      : await updatePolicy(
          engine,
          reference,
          selected,
          training,
          { seed: config.seed, step, learningRate, temperature, maxCompletionTokens: policy.maxCompletionTokens },
          signal,
        )

  const metrics: Metrics = {
    ...rolloutMetrics(rollouts),
    ...groupMetrics(groups.map((group) => group.map(({ score }) => score))),
    ...run.environment.metrics(rollouts),
    ...(canLearn ? updateMetrics : bestOfN(groups)),
    'policy/temperature': temperature,
    'cost/cumulative': cumulativeCost(run.store.steps(), rollouts),
    'time/rollouts_s': (rolledOutAt - startedAt) / 1000,
    'time/update_s': (run.now() - rolledOutAt) / 1000,
    'time/step_s': (run.now() - startedAt) / 1000,
  }
  const record: StepRecord = { version: 1, step, metrics }
  run.store.recordStep(record, rollouts)
  run.observer({ kind: 'step', record, totalSteps: training.steps })
  return record
}

/** What the rollouts of this step and of those before it cost, as bought; evaluations not counted. */
function cumulativeCost(steps: readonly StepRecord[], rollouts: readonly RolloutRecord[]): number {
  const before = steps.at(-1)?.metrics['cost/cumulative'] ?? 0
  return rollouts.reduce((sum, rollout) => sum + rollout.costUsd, before)
}

/** Loads the newest valid checkpoint, if the run has one. @returns the step it stands at, 0 for a fresh run. */
async function resumeFrom(run: TrainingRun): Promise<number> {
  const latest = run.store.checkpoints.latest()
  if (latest === null) {
    const lost = run.store.steps().length
    if (lost > 0) {
      const message = `no checkpoint of the run is whole: its ${lost} steps are made again; rollouts in the journal are not bought again`
      run.observer({ kind: 'notice', level: 'warning', message })
    }
    run.store.rewindTo(0)
    return 0
  }
  for (const { folder, reason } of latest.skipped) {
    run.observer({ kind: 'notice', level: 'warning', message: `checkpoint ${folder} was passed over: ${reason}` })
  }
  await run.engine.load(latest.folder)
  run.store.rewindTo(latest.step)
  run.observer({ kind: 'resume', step: latest.step })
  return latest.step
}

function rolloutTools(run: TrainingRun): RolloutTools {
  return {
    environment: run.environment,
    tokenizer: run.engine.tokenizer,
    journal: run.store,
    budget: createBudget(run.config.training.maxCostUsd, () => run.store.spentUsd()),
    now: run.now,
  }
}
