import type { OtherOutcome } from '../core/rollout-outcome.ts'

/** Of an environment that records nothing but its name. */
export const plainOutcome: OtherOutcome = {
  environment: 'other',
  outcome: '',
  data: { environment: 'test', version: 1 },
}
