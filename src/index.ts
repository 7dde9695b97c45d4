/** What programs import as `baton`. */
export { type Config, loadConfig } from './config/index.ts'
export { BatonError } from './core/failure.ts'
export type { Problem, ProblemType } from './core/problem.ts'
export type { RolloutRecord } from './core/records.ts'
export type { OwnReward } from './rewards/index.ts'
export { type TrainedRun, type TrainOptions, trainFromProgram as train } from './session/train-from-program.ts'
export {
  type AskedModel,
  defineEnvironment,
  type OwnAttemptContext,
  type OwnEnvironment,
  type OwnMessage,
  type OwnResult,
} from './training/index.ts'
