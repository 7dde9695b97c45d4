/** The training loop and the contract of what it trains on. */

export { type Budget, createBudget } from './budget.ts'
export { mapConcurrently } from './concurrency.ts'
export type { AttemptContext, AttemptOutcome, Environment } from './environment.ts'
export { type EvaluationPlan, evaluate } from './evaluation.ts'
export type { TrainingEvent, TrainingObserver } from './observer.ts'
export { tellFindings } from './run-health.ts'
export { stopOnOutage } from './services.ts'
export { type TrainingResult, type TrainingRun, train } from './train.ts'
