/** Evaluation of demonstrations: methods, tables, files, comparisons. */
export { compareEvaluations, type EvaluationComparison } from './compare-evaluations.ts'
export { hasEvaluation, readEvaluation, type StoredEvaluation, writeEvaluation } from './evaluation-files.ts'
export type { EvaluatedQuestion, EvaluationIdentity } from './evaluation-record.ts'
