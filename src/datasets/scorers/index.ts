/** Scorers: whether an answer is right, without asking a model. */
export { finalAnswer, maxAnswerChars } from './final-answer.ts'
export { compareMath, type MathComparison, mathEqual } from './math-equal.ts'
export { definesName, pythonCode } from './python-code.ts'
export { choiceLetter, choiceMatch, normaliseAnswer, qaMatch, qaTokenF1 } from './qa-match.ts'
