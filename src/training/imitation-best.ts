/**
 * The best policy of imitation, by the loss on held-out problems: kept as the run's reference while imitation goes on,
 * and taken up again when it ends. Only where `training.imitation.patience` watches that loss.
 */
import type { ImitationStage } from '../core/imitation-stage.ts'
import type { TrainingRun } from './training-run.ts'

/** @returns whether the policy of this step is the best so far; it then is in the run's `reference/`. */
export async function keepBest(
  { config, engine, store }: TrainingRun,
  stage: ImitationStage,
  step: number,
): Promise<boolean> {
  if (config.training.imitation.patience === null || stage.best !== step) return false
  await store.reference.save(step, { step }, (folder) => engine.save(folder))
  return true
}

/**
 * Loads the best policy where the last one is not it.
 * @returns whether the engine's policy now is the one in `reference/`.
 */
export async function loadBest({ config, engine, store }: TrainingRun, stage: ImitationStage): Promise<boolean> {
  if (config.training.imitation.patience === null || stage.best === null) return false
  if (stage.steps < config.training.imitation.steps) {
    const message = `imitation ended at step ${stage.steps}: the loss on held-out problems was lowest at step ${stage.best}`
    store.event({ kind: 'notice', level: 'note', message })
  }
  const kept = store.reference.latest()
  if (kept?.step !== stage.best) {
    const message = `the policy of step ${stage.best}, with the lowest loss on held-out problems, is lost: the last one is kept`
    store.event({ kind: 'notice', level: 'warning', message })
    return false
  }
  if (stage.best !== stage.steps) await engine.load(kept.folder)
  return true
}
