/** The arrow language: workflows in one line. */
export { arrowProgram } from './arrow-program.ts'
export { isArrow, parseArrow } from './parse-arrow.ts'
export type { Step } from './steps.ts'
