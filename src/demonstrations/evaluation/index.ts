/** Evaluation of demonstrations: methods, tables, files, comparisons. */
export {
  type AccuracyCell,
  accuracyTable,
  collapseTable,
  type MethodCollapse,
  type MethodDifference,
  methodDifference,
} from './accuracy-table.ts'
export { type AskOptions, askAnswerer } from './ask-answerer.ts'
export { compareEvaluations, type EvaluationComparison } from './compare-evaluations.ts'
export { type AskedPrompt, evaluateMethods, type MethodEvaluationPlan, type ScoredAnswer } from './evaluate-methods.ts'
export { hasEvaluation, readEvaluation, type StoredEvaluation, writeStoredEvaluation } from './evaluation-files.ts'
export type { EvaluatedQuestion, EvaluationIdentity } from './evaluation-record.ts'
export {
  type CollectedSequence,
  fixedDemonstrations,
  type Method,
  oracle,
  type PooledQuestion,
  randomDemonstrations,
  selectorMethod,
  similarDemonstrations,
  zeroShot,
} from './methods.ts'
export { predictionsIdentity, questionsHash, type ScoredPredictions, scorePredictions } from './score-predictions.ts'
export { customaryPrefixes, segmentsOf } from './segments.ts'
