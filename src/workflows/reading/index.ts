/** Completions to programs, with limits on what reading may cost. */
export type { ReadCompletion } from './read-program.ts'
export { readAnywhere } from './reader.ts'
