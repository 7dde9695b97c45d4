/** Datasets: loaders, mixtures, audits and scorers. */
export { auditSplits } from './audit.ts'
export { type CompletionPrompt, type CompletionRow, loadCompletions } from './load-completions.ts'
export { loadProblems } from './load-problems.ts'
export { mixProblems } from './mix-problems.ts'
export {
  type AnswerChoices,
  type AnswerComparison,
  type AnswerOverlap,
  answerOverlap,
  compareMath,
  compareQa,
  maxAnswerChars,
  numberOf,
  pythonCode,
} from './scorers/index.ts'
