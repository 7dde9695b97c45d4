/**
 * The training loop: sample, run, score, advantages, update, log.
 *
 * Group relative policy optimization (GRPO, arXiv:2402.03300) with rewards from real executions. What a step does:
 * the policy writes G completions for each of P problems; the environment runs and scores them; rewards are centred
 * within each group; the engine takes an optimizer step on the tokens as they were sampled. What it leaves out: no
 * value network, no replay of old rollouts, no asynchronous sampling: every rollout comes from the newest weights.
 */
import type { Config } from '../config/index.ts'
import { groupMetrics } from '../core/metrics.ts'
import type { Problem } from '../core/problem.ts'
import type { EvaluationRecord, Metrics, RolloutRecord, StepRecord } from '../core/records.ts'
import { learningRateAt, temperatureAt } from '../core/schedules.ts'
import type { PolicyEngine, PolicySampler } from '../engines/policy-engine.ts'
import type { RunStore } from '../runs/index.ts'
import { bestOfN } from './best-of-n.ts'
import { createBudget } from './budget.ts'
import type { Environment } from './environment.ts'
import { evaluate } from './evaluation.ts'
import type { TrainingObserver } from './observer.ts'
import { problemsOfStep } from './problem-order.ts'
import { rolloutMetrics } from './rollout-metrics.ts'
import { collectRollouts, type RolloutTools } from './rollouts.ts'
import { watchRun } from './run-health.ts'
import { stopIfUnscorable } from './services.ts'
import { checkSignal } from './signal.ts'
import { selectForUpdate, updatePolicy, withAdvantages } from './update.ts'

export interface TrainingRun {
  readonly config: Config
  readonly engine: PolicyEngine
  readonly environment: Environment
  readonly store: RunStore
  readonly problems: readonly Problem[]
  /** Problems of the evaluation split, in order; never trained on. */
  readonly heldOut: readonly Problem[]
  readonly observer: TrainingObserver
  /** Asked after every step: true finishes with a checkpoint. */
  readonly shouldStop: () => boolean
  /** Aborting stops at once; what is committed stays. */
  readonly signal: AbortSignal
  readonly now: () => number
}

export interface TrainingResult {
  readonly steps: number
  readonly isComplete: boolean
  readonly before: EvaluationRecord
  /** null when the run was stopped before its last step. */
  readonly after: EvaluationRecord | null
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
  const before = await evaluateOnce(run, tools, 'before', 0)
  health.evaluated()
  if (step === 0 && canLearn) {
    const { groupSize, problemsPerStep, steps, acceptLowSignal } = training
    const plan = { groupSize, groups: problemsPerStep * steps, acceptLowSignal }
    observer({ kind: 'forecast', forecast: checkSignal(before.outcomes, plan), groupSize })
  }

  while (step < training.steps && !run.shouldStop()) {
    step += 1
    health.step(await trainStep(run, tools, reference, step))
    const isLast = step === training.steps || run.shouldStop()
    if (!canLearn) continue
    if (training.evaluateEvery > 0 && step % training.evaluateEvery === 0 && step < training.steps) {
      await evaluateOnce(run, tools, `step-${step}`, step)
    }
    if (isLast || step % training.checkpointEvery === 0) {
      await store.checkpoints.save(step, { step }, (folder) => engine.save(folder))
      observer({ kind: 'checkpoint', step })
    }
  }

  const isComplete = step >= training.steps
  const after = isComplete && canLearn ? await evaluateOnce(run, tools, 'after', step) : null
  await reference?.close()
  signal.throwIfAborted()
  return { steps: step, isComplete, before, after }
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

/** Evaluates unless the journal has this evaluation already. */
async function evaluateOnce(
  run: TrainingRun,
  tools: RolloutTools,
  label: string,
  step: number,
): Promise<EvaluationRecord> {
  const known = run.store.evaluations().find((evaluation) => evaluation.label === label)
  if (known !== undefined) {
    run.observer({ kind: 'evaluation', record: known })
    return known
  }
  const { evaluation, policy, training, seed } = run.config
  const total = run.heldOut.length * evaluation.samplesPerProblem
  let done = 0
  const record = await evaluate(
    run.engine,
    run.heldOut,
    {
      seed,
      label,
      step,
      split: evaluation.split,
      samplesPerProblem: evaluation.samplesPerProblem,
      maxTokens: policy.maxCompletionTokens,
      temperature: evaluation.temperature,
      topP: 1,
      concurrency: training.concurrency,
      maxUnscorableRate: training.maxUnscorableRate,
      onRollout: () => run.observer({ kind: 'rollout', label, done: ++done, total }),
    },
    tools,
    run.signal,
  )
  run.store.recordEvaluation(record)
  run.observer({ kind: 'evaluation', record })
  return record
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
