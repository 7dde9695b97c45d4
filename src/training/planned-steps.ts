/** How many steps a training has: those of imitation come first and are counted with the others. */
import type { Config } from '../config/index.ts'

export function plannedSteps({ imitation, steps }: Config['training']): number {
  return imitation.steps + steps
}
