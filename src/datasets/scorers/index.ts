/** Scorers: whether an answer is right, without asking a model. */
export { finalAnswer, maxAnswerChars } from './final-answer.ts'
export { compareMath } from './mathematics/index.ts'
export { definesName, pythonCode } from './python-code.ts'
export { compareQa, isScorableReference } from './qa-match.ts'
