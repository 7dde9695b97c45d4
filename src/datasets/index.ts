/** Datasets: loaders, mixtures, audits, scorers, and the generator of the shipped problems. */
export { type AuditFinding, type AuditReport, auditSplits } from './audit.ts'
export { type LoadedProblems, type LoadOptions, loadProblems, type SkippedRow } from './load-problems.ts'
export { mixProblems, type TypeRatios } from './mix-problems.ts'
export {
  choiceMatch,
  compareMath,
  definesName,
  finalAnswer,
  type MathComparison,
  mathEqual,
  maxAnswerChars,
  pythonCode,
  qaMatch,
  qaTokenF1,
} from './scorers/index.ts'
export { type SynthesisOptions, synthesise, type WrittenFile, writeSynthetic } from './synth/index.ts'
