/** How many steps a run was to have, from the configuration in its run folder. */
import { imitationStage } from '../core/imitation-stage.ts'
import { member } from '../core/json.ts'
import type { RunReader } from './run-reader.ts'

/** Those of imitation counted with them, as many as there were where it ended early; null where the configuration names no number. */
export function plannedStepsOf(run: Pick<RunReader, 'config' | 'steps'>): number | null {
  const training = member(run.config, 'training')
  const steps = member(training, 'steps')
  if (typeof steps !== 'number') return null
  const imitation = member(training, 'imitation')
  const planned = member(imitation, 'steps')
  if (typeof planned !== 'number') return steps
  const patience = member(imitation, 'patience')
  if (typeof patience !== 'number') return steps + planned
  return steps + imitationStage(run.steps(), { steps: planned, patience }).steps
}
