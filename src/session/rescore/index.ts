export { writeRescored } from './rescore-record.ts'
export { type RescoreOptions, rescoreRun } from './rescore-run.ts'
export type { Rescored, RescoredRollout } from './rescored.ts'
