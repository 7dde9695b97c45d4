/** Repairs programs, each change a typed diff. */
export type { Repair, RepairKind } from './edits.ts'
export { type RepairedProgram, repairProgram } from './repair-program.ts'
