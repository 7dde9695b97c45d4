/** Runs completions as workflows. */
export { answeredCalls, type WorkflowAttempt } from './attempt.ts'
export { executeWorkflow } from './execute-workflow.ts'
export { type ExecutionContext, type ProgramRun, type RunDeps, runProgram } from './run-program.ts'
