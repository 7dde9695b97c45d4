/** Workflow programs of other frameworks, run and checked as they are. */
export { type Dialect, dialectTitles } from './dialect.ts'
export { type LoadedWorkflow, loadWorkflow } from './load-workflow.ts'
export { readSource, type WorkflowSource } from './read-source.ts'
export { runWorkflow } from './run-workflow.ts'
