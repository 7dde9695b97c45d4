/** Workflows: programs that a policy writes and an executor carries out. */
export { searchFixedWorkflows } from './baselines.ts'
export { createWorkflowEnvironment } from './environment.ts'
