/** How many steps a training has: those of imitation come first and are counted with the others. */
import type { Config } from '../config/index.ts'
import { imitationStage } from '../core/imitation-stage.ts'
import type { StepRecord } from '../core/records.ts'

/** @param recorded what was done so far: imitation may have ended early. */
export function plannedSteps({ imitation, steps }: Config['training'], recorded: readonly StepRecord[] = []): number {
  return imitationStage(recorded, imitation).steps + steps
}
