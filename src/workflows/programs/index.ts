/** Canonical programs: plans, their text, baselines, the fallback. */
export { type Baseline, type BaselineName, baselineProgram, baselines, fallbackProgram } from './baselines.ts'
export { canonicalPhrases } from './canonical-phrases.ts'
export { candidatePlans, enumeratePlans } from './enumerate-plans.ts'
export { createExperts, habitSpread, topicLine } from './expert-programs.ts'
export {
  type Generator,
  type Plan,
  type PlanNode,
  planName,
} from './plan.ts'
export { writeProgram } from './write-program.ts'
