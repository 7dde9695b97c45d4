/** Repairs programs, each change a typed diff. */
export type { Repair } from './edits.ts'
export type { RepairKind } from './kinds.ts'
export { type RepairedProgram, repairProgram } from './repair-program.ts'
