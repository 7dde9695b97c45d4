/** Workflows: programs that a policy writes and an executor carries out. */
export { attemptOnce } from './attempt-once.ts'
export { type FixedWorkflowStanding, type FoundWorkflows, meanReward, searchFixedWorkflows } from './baselines.ts'
export { type ContractName, contractNames } from './contract/index.ts'
export { type ContractForm, contractForms, writeContract } from './contract-forms.ts'
export { createWorkflowEnvironment } from './environment.ts'
export { executeWorkflow } from './execution/index.ts'
export { type LintedPrompt, lintContract, promptsUnderLint, type RunExample } from './lint/index.ts'
export { chosenWorkflow, parseWorkflowTable, type WorkflowTable } from './workflow-table.ts'
