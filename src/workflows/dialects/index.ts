/** Workflow programs of other frameworks: run, checked, drawn, and carried over as they are. */
export {
  type ImportedRound,
  readWorkspace,
  type WorkspaceRound,
  type WorkspaceRow,
  workspaceOf,
} from './aflow-workspace.ts'
export { checkWorkflow, type WorkflowCheck, type WorkflowFinding } from './check-workflow.ts'
export { type Dialect, dialectTitles } from './dialect.ts'
export { type LoadedWorkflow, loadWorkflow } from './load-workflow.ts'
export { arrowChart, programChart } from './mermaid.ts'
export { datasetOf, readSource, roundsFolder, type WorkflowSource } from './read-source.ts'
export { runWorkflow } from './run-workflow.ts'
