/** Canonical programs: plans, their text, baselines, the fallback. */
export { type Baseline, type BaselineName, baselineProgram, baselines, fallbackProgram } from './baselines.ts'
export { canonicalPhrases } from './canonical-phrases.ts'
export {
  type Generator,
  type Plan,
  type PlanNode,
  planName,
  planProblem,
} from './plan.ts'
export { candidatePlans, enumeratePlans, randomPlan } from './random-plans.ts'
export { programHead, writeProgram } from './write-program.ts'
