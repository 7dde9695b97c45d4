/** Workflows: programs that a policy writes and an executor carries out. */
export {
  type BestFixedWorkflow,
  type FixedWorkflow,
  type FixedWorkflowSearch,
  type FixedWorkflowStanding,
  searchFixedWorkflows,
} from './baselines.ts'
export { createWorkflowEnvironment, type WorkflowEnvironmentOptions } from './environment.ts'
