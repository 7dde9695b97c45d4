/** Runs completions as workflows. */
export type { WorkflowAttempt } from './attempt.ts'
export { executeWorkflow } from './execute-workflow.ts'
