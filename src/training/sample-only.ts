/**
 * The loop for a policy that cannot learn: sample, run, score, record, keep the best of each group. No checkpoints and no
 * second evaluation: the policy after the last step is the one before the first.
 */
import { bestOfN } from './best-of-n.ts'
import { measureBefore, relabelEvaluations } from './measuring.ts'
import { watchRun } from './run-health.ts'
import { recordStep, rollOutStep, rolloutTools } from './step-rollouts.ts'
import type { TrainingResult, TrainingRun } from './training-run.ts'

/** @param from the run's current step. */
export async function sampleOnly(run: TrainingRun, from: number): Promise<TrainingResult> {
  const { config, store, signal } = run
  const tools = rolloutTools(run)
  const health = watchRun(store)
  relabelEvaluations(store, config.training.steps)
  const before = await measureBefore(run, tools, from)
  health.evaluated()
  let step = from
  while (step < config.training.steps && !run.shouldStop()) {
    step += 1
    const rolledOut = await rollOutStep(run, { tools, step, reference: null, imitated: 0 })
    health.step(recordStep(run, rolledOut, bestOfN(rolledOut.groups)))
  }
  signal.throwIfAborted()
  return { steps: step, isComplete: step >= config.training.steps, before, after: [] }
}
