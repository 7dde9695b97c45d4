/** The training loop and the contract of what it trains on. */

export { adaptEnvironment } from './adapt-environment.ts'
export { type Budget, createBudget } from './budget.ts'
export { mapConcurrently } from './concurrency.ts'
export { containMistakes } from './contain-mistakes.ts'
export type { AttemptContext, AttemptOutcome, Environment } from './environment.ts'
export {
  type DecodingPlan,
  decodingPlans,
  type EvaluationSplit,
  evaluate,
  greedyDecoding,
} from './evaluation.ts'
export { type JudgedAttempt, type JudgedAttempts, type JudgedProblem, learnable } from './judged.ts'
export { requireJudged } from './judged-rollouts.ts'
export { isComplete } from './measuring.ts'
export {
  type AskedModel,
  defineEnvironment,
  type OwnAttemptContext,
  type OwnEnvironment,
  type OwnMessage,
  type OwnResult,
} from './own-environment.ts'
export { plannedSteps } from './planned-steps.ts'
export { recordFindings } from './run-health.ts'
export { stopIfUnscorable, stopOnOutage } from './services.ts'
export { train } from './train.ts'
export type { TrainingResult, TrainingRun } from './training-run.ts'
