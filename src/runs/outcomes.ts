/** Outcomes as they are stored: the record of a known environment and version as it is, any other with what can be read. */
import type { JsonObject } from '../core/json.ts'
import type { RolloutOutcome } from '../core/rollout-outcome.ts'
import { olderOutcome } from './older/older-outcomes.ts'

/** Those that are read as they are. */
const current: Readonly<Record<Exclude<RolloutOutcome['environment'], 'other'>, number>> = {
  workflows: 1,
  demonstrations: 1,
}

export function readOutcome(stored: JsonObject): RolloutOutcome {
  const { environment, version, outcome } = stored
  if (environment === undefined) return olderOutcome(stored)
  const isKnown = Object.entries(current).some(([name, of]) => name === environment && of === version)
  if (isKnown) return stored as unknown as RolloutOutcome
  return { environment: 'other', outcome: typeof outcome === 'string' ? outcome : '', data: stored }
}

export function storedOutcome(outcome: RolloutOutcome): JsonObject {
  return outcome.environment === 'other' ? outcome.data : (outcome as unknown as JsonObject)
}
