/** Checks a program against the contract. */
export type { Finding, FindingKind, OperatorUse, Severity, Validation } from './findings.ts'
export { validateProgram } from './validate-program.ts'
export { readWorkflow, type WorkflowModel } from './workflow-model.ts'
