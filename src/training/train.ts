/**
 * The training loop: sample, run, score, advantages, update, log.
 *
 * Group relative policy optimization (GRPO, arXiv:2402.03300) with rewards from real executions. What a step does:
 * the policy writes G completions for each of P problems; the environment runs and scores them; rewards are centred
 * within each group; the engine takes an optimizer step on the tokens as they were sampled. What it leaves out: no
 * value network, no replay of old rollouts, no asynchronous sampling: every rollout comes from the newest weights.
 */
import type { EvaluationRecord, StepRecord } from '../core/records.ts'
import { learningRateAt } from '../core/schedules.ts'
import type { SignalForecast } from '../core/signal-forecast.ts'
import type { PolicySampler } from '../engines/policy-engine.ts'
import { measureAfter, measureBefore, measureCourse, relabelEvaluations } from './measuring.ts'
import type { RolloutTools } from './rollouts.ts'
import { watchRun } from './run-health.ts'
import { sampleOnly } from './sample-only.ts'
import { checkSignal } from './signal.ts'
import { recordStep, rollOutStep, rolloutTools } from './step-rollouts.ts'
import type { TrainingResult, TrainingRun } from './training-run.ts'
import { selectForUpdate, updatePolicy } from './update.ts'

/** Goes on where the run stands. A policy that cannot learn is sampled, scored and recorded step by step (`sample-only.ts`). */
export async function train(run: TrainingRun): Promise<TrainingResult> {
  const { config, engine, store, signal } = run
  const { training } = config
  if (engine.canLearn === false) return sampleOnly(run, await resumeFrom(run))
  // The reference of the KL term is the policy as it was before the first step, also in a resumed run.
  const reference = training.loss.klCoefficient > 0 ? await engine.snapshot() : null
  let step = await resumeFrom(run)
  const tools = rolloutTools(run)
  const health = watchRun(store)
  relabelEvaluations(store, training.steps)
  const before = await measureBefore(run, tools, step)
  health.evaluated()
  if (step === 0) {
    store.event({ kind: 'forecast', forecast: forecastOf(before, training), groupSize: training.groupSize })
  }

  while (step < training.steps && !run.shouldStop()) {
    step += 1
    health.step(await trainStep(run, { tools, reference, step }))
    const isLast = step === training.steps || run.shouldStop()
    await measureCourse(run, tools, step)
    if (isLast || step % training.checkpointEvery === 0) {
      await store.checkpoints.save(step, { step }, (folder) => engine.save(folder))
    }
  }

  const isComplete = step >= training.steps
  const after = isComplete ? await measureAfter(run, tools, step) : []
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

interface StepPlan {
  readonly tools: RolloutTools
  readonly reference: PolicySampler | null
  readonly step: number
}

/** One step: problems, rollouts, advantages, update, record. */
async function trainStep(run: TrainingRun, { tools, reference, step }: StepPlan): Promise<StepRecord> {
  const { config, engine, signal } = run
  const { training, policy, seed } = config
  const rolledOut = await rollOutStep(run, tools, step)
  const { groups, temperature } = rolledOut
  const selected = selectForUpdate(groups, training.dropZeroSignalGroups)
  const learningRate = learningRateAt(training, step, training.steps)
  const { maxCompletionTokens } = policy
  const plan = { reference, training, seed, step, learningRate, temperature, maxCompletionTokens, signal }
  const updated =
    selected.length === 0
      ? { learning_rate: learningRate, 'optimizer/steps': 0, 'optimizer/skipped': 0 }
      : await updatePolicy(engine, selected, plan)
  return recordStep(run, rolledOut, updated)
}

/** Loads the newest valid checkpoint, if the run has one. @returns the step it stands at, 0 for a fresh run. */
async function resumeFrom(run: TrainingRun): Promise<number> {
  const latest = run.store.checkpoints.latest()
  if (latest === null) {
    const lost = run.store.steps().length
    if (lost > 0) {
      const message = `no checkpoint of the run is whole: its ${lost} steps are made again; rollouts in the journal are not bought again`
      run.store.event({ kind: 'notice', level: 'warning', message })
    }
    run.store.rewindTo(0)
    return 0
  }
  for (const { folder, reason } of latest.skipped) {
    run.store.event({ kind: 'notice', level: 'warning', message: `checkpoint ${folder} was passed over: ${reason}` })
  }
  await run.engine.load(latest.folder)
  run.store.rewindTo(latest.step)
  run.store.event({ kind: 'resume', step: latest.step })
  return latest.step
}
