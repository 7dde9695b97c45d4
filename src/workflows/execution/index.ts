/** Runs completions as workflows. */
export type { FallbackRecord, FindingRecord, WorkflowAttempt } from './attempt.ts'
export { type ExecutionContext, type ExecutionDeps, executeWorkflow, type WorkflowTask } from './execute-workflow.ts'
