/**
 * The training loop: sample, run, score, advantages, update, log.
 *
 * Group relative policy optimization (GRPO, arXiv:2402.03300) with rewards from real executions. What a step does:
 * the policy writes G completions for each of P problems; the environment runs and scores them; rewards are centred
 * within each group; the engine takes an optimizer step on the tokens as they were sampled. What it leaves out: no
 * value network, no replay of old rollouts, no asynchronous sampling: every rollout comes from the newest weights.
 */
import { BatonError } from '../core/failure.ts'
import { type ImitationStage, imitationStage } from '../core/imitation-stage.ts'
import type { EvaluationRecord, StepRecord } from '../core/records.ts'
import { learningRateAt } from '../core/schedules.ts'
import type { SignalForecast } from '../core/signal-forecast.ts'
import type { PolicySnapshot } from '../engines/policy-engine.ts'
import { imitationStep } from './imitate.ts'
import { keepBest, loadBest } from './imitation-best.ts'
import { requireJudged } from './judged-rollouts.ts'
import { measureAfter, measureBefore, measureCourse, relabelEvaluations } from './measuring.ts'
import { plannedSteps } from './planned-steps.ts'
import { watchRun } from './run-health.ts'
import { sampleOnly } from './sample-only.ts'
import { checkSignal } from './signal.ts'
import { type RolloutStep, recordStep, rollOutStep, rolloutTools } from './step-rollouts.ts'
import type { TrainingResult, TrainingRun } from './training-run.ts'
import { selectForUpdate, updatePolicy } from './update.ts'

/** Continues from the run's current step. A policy that cannot learn is sampled, scored and recorded step by step (`sample-only.ts`). */
export async function train(run: TrainingRun): Promise<TrainingResult> {
  const { config, engine, store, signal } = run
  const { training } = config
  if (engine.canLearn === false) return sampleOnly(run, (await resumeFrom(run)).step)
  requireJudged(run)
  const resumed = await resumeFrom(run)
  let { step, reference } = resumed
  const tools = rolloutTools(run)
  const health = watchRun(store)
  let planned = plannedSteps(training, store.steps())
  let stage = imitationStage(store.steps(), training.imitation)
  relabelEvaluations(store, planned)
  const before = await measureBefore(run, tools, step)
  health.evaluated()
  // Of a policy that imitates first, nothing is known that would sample.
  if (step === 0 && training.imitation.steps === 0) {
    store.event({ kind: 'forecast', forecast: forecastOf(before, config), groupSize: training.groupSize })
  }

  while (step < planned && !run.shouldStop()) {
    step += 1
    const isImitating = step <= stage.steps
    if (isImitating) {
      health.step(await imitationStep(run, step))
      stage = imitationStage(store.steps(), training.imitation)
      planned = stage.steps + training.steps
    } else health.step(await trainStep(run, { tools, reference, step, imitated: stage.steps }))
    const isBest = isImitating && (await keepBest(run, stage, step))
    if (isImitating && step === stage.steps) reference = await leaveImitation(run, stage)
    if (step < planned) await measureCourse(run, tools, step)
    const isLast = step === planned || run.shouldStop()
    if (isLast || isBest || step % training.checkpointEvery === 0) {
      await store.checkpoints.save(step, { step }, (folder) => engine.save(folder))
    }
  }

  const isComplete = step >= planned
  const after = isComplete ? await measureAfter(run, tools, step) : []
  await reference?.close()
  signal.throwIfAborted()
  return { steps: step, isComplete, before, after }
}

/** From the policy as it is sampled in training, where that was measured. */
function forecastOf(
  before: readonly EvaluationRecord[],
  { environment, training }: TrainingRun['config'],
): SignalForecast {
  const { groupSize, problemsPerStep, steps, acceptLowSignal } = training
  const measured = before.find(({ decoding }) => decoding === 'sampled') ?? before[0]
  const rolloutCostUsd = measured?.metrics['cost/per_problem'] ?? 0
  const hasDifficulty = environment === 'workflows'
  const plan = { groupSize, groups: problemsPerStep * steps, rolloutCostUsd, acceptLowSignal, hasDifficulty }
  return checkSignal(measured?.outcomes ?? [], plan)
}

/** One step: problems, rollouts, advantages, update, record. */
async function trainStep(run: TrainingRun, plan: RolloutStep): Promise<StepRecord> {
  const { config, engine, signal } = run
  const { training, policy, seed } = config
  const { reference, step, imitated } = plan
  const rolledOut = await rollOutStep(run, plan)
  const { groups, temperature } = rolledOut
  const selected = selectForUpdate(groups, training.dropZeroSignalGroups)
  const learningRate = learningRateAt(training, step - imitated, training.steps)
  const { maxCompletionTokens } = policy
  const frozen = training.loss.klCoefficient > 0 ? reference : null
  const { environment } = run
  const update = {
    ...{ reference: frozen, training, seed, step, learningRate, temperature, maxCompletionTokens, environment, signal },
  }
  const updated =
    selected.length === 0
      ? { learning_rate: learningRate, 'optimizer/steps': 0, 'optimizer/skipped': 0 }
      : await updatePolicy(engine, selected, update)
  return recordStep(run, rolledOut, updated)
}

interface Resumed {
  /** The run's current step, 0 for a new run. */
  readonly step: number
  /** The policy as the steps that learn from rollouts found it; null where nothing needs it, or it is still to come. */
  reference: PolicySnapshot | null
}

/** Loads the newest valid checkpoint, if the run has one. */
async function resumeFrom({ config, engine, store }: TrainingRun): Promise<Resumed> {
  const { imitation } = config.training
  const latest = store.checkpoints.latest()
  const step = latest?.step ?? 0
  let reference: PolicySnapshot | null = null
  if (engine.canLearn !== false && needsReference(config)) {
    const done = store.steps().filter((record) => record.step <= step)
    if (imitation.steps === 0) reference = await engine.snapshot()
    else if (step >= imitationStage(done, imitation).steps) {
      const kept = store.reference.latest()
      if (kept === null) throw lostReference(store.folder)
      await engine.load(kept.folder)
      reference = await engine.snapshot()
    }
  }
  if (latest === null) {
    const lost = store.steps().length
    if (lost > 0) {
      const message = `no checkpoint of the run is whole: its ${lost} steps are made again; rollouts in the journal are not bought again`
      store.event({ kind: 'notice', level: 'warning', message })
    }
    store.rewindTo(0)
    return { step, reference }
  }
  for (const { folder, reason } of latest.skipped) {
    store.event({ kind: 'notice', level: 'warning', message: `checkpoint ${folder} was passed over: ${reason}` })
  }
  await engine.load(latest.folder)
  store.rewindTo(step)
  store.event({ kind: 'resume', step })
  return { step, reference }
}

/** The reference of the KL term, and of the ratios where rollouts are collected, is the policy that imitation left. */
function needsReference({ training }: TrainingRun['config']): boolean {
  return training.loss.klCoefficient > 0 || training.rollouts === 'collected'
}

/** After the last step of imitation: its best policy, where that was watched, and the reference that a resumed run finds again. */
async function leaveImitation(run: TrainingRun, stage: ImitationStage): Promise<PolicySnapshot | null> {
  const { config, engine, store } = run
  const isKept = await loadBest(run, stage)
  if (!needsReference(config)) return null
  if (!isKept) await store.reference.save(stage.steps, { step: stage.steps }, (folder) => engine.save(folder))
  return engine.snapshot()
}

function lostReference(folder: string): BatonError {
  return new BatonError(`${folder} has lost the policy that its imitation left, which later steps are held against.`, {
    boundary: 'runs',
    code: 'no-reference',
    hint: 'Start a new run.',
  })
}
