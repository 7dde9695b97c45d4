/** How many steps a run was to have, from the configuration in its run folder. */
import { type Json, member } from '../core/json.ts'

/** Those of imitation counted with them; null where the configuration names no number. */
export function plannedStepsOf(config: Json): number | null {
  const training = member(config, 'training')
  const steps = member(training, 'steps')
  const imitation = member(member(training, 'imitation'), 'steps')
  return typeof steps === 'number' ? steps + (typeof imitation === 'number' ? imitation : 0) : null
}
