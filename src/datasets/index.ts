/** Datasets: loaders, mixtures, audits, scorers, and the generator of the shipped problems. */
export { auditSplits } from './audit.ts'
export { loadProblems } from './load-problems.ts'
export { mixProblems } from './mix-problems.ts'
export { choiceMatch, compareMath, compareQa, definesName, maxAnswerChars, pythonCode } from './scorers/index.ts'
export { type SynthesisOptions, shippedOptions, syntheticFiles } from './synth/index.ts'
