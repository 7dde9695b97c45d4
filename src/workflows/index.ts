/** Workflows: programs that a policy writes and an executor carries out. */
export { createWorkflowEnvironment, type WorkflowEnvironmentOptions } from './environment.ts'
