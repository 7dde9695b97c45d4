/** What happened to one completion, before its answer is judged. */
import type { Failure } from '../../core/failure.ts'
import type { WorkflowOutcome } from '../../core/rollout-outcome.ts'

export interface WorkflowAttempt
  extends Omit<WorkflowOutcome, 'environment' | 'version' | 'correctness' | 'simulator'> {
  readonly failures: readonly Failure[]
}

/**
 * Calls of the policy's own operators that the executor answered, each once however often the client sent it: what
 * `rewards.callPrice` is taken for, and what accuracy is set against. Neither the judge's nor the fallback's are among them.
 */
export function answeredCalls({ operators }: Pick<WorkflowAttempt, 'operators'>): number {
  return operators.reduce((sum, { llmCalls, failedLlmCalls }) => sum + llmCalls - failedLlmCalls, 0)
}
