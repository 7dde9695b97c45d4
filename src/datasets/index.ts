/** Datasets: loaders, mixtures, audits, generated problems, scorers. */
export { auditSplits } from './audit.ts'
export { type LoadedProblems, type LoadOptions, loadProblems, type SkippedRow } from './load-problems.ts'
export { mixProblems, type TypeRatios } from './mix-problems.ts'
export {
  choiceMatch,
  compareMath,
  definesName,
  maxAnswerChars,
  pythonCode,
  qaMatch,
} from './scorers/index.ts'
export { writeSynthetic } from './synth/index.ts'
