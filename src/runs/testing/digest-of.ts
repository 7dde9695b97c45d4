import type { RolloutDigest, RolloutRecord } from '../../core/records.ts'
import { calledOperators } from '../rollouts.ts'

/** What `rolloutDigests` must give for a rollout. */
export function digestOf(rollout: RolloutRecord): RolloutDigest {
  const { phase, label, step, position, problemId, problemType, source, difficulty, score, failures } = rollout
  const { advantage, costUsd, llmCalls } = rollout
  const { outcome } = rollout.outcome
  return {
    ...{ phase, label, step, position, rollout: rollout.rollout },
    ...{ problemId, problemType, source, difficulty },
    ...{ score, failures, advantage, costUsd, llmCalls, outcome },
    operators: calledOperators(rollout),
  }
}
