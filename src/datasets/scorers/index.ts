/** Scorers: whether an answer is right, without asking a model. */
export type { AnswerComparison } from './answer-comparison.ts'
export { type AnswerOverlap, answerOverlap } from './answer-overlap.ts'
export type { AnswerChoices } from './choices.ts'
export { pythonCode } from './code/index.ts'
export { finalAnswer, maxAnswerChars } from './final-answer.ts'
export { compareMath, numberOf } from './mathematics/index.ts'
export { compareQa, isScorableReference } from './qa-match.ts'
