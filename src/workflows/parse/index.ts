/** Completion text to program code. */
export { type ParsedCompletion, parseCompletion } from './parse-completion.ts'
