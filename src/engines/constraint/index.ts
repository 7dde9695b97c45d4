/** Completions held to a grammar. */
export { type Constraints, type ConstraintsSetUp, constraintsSetUp, createConstraints } from './constraints.ts'
export { type AllowedAlong, allowedAlong, refuseOthers, scoreMasks } from './score-masks.ts'
