/** What a training is given: its configuration opened, and where it reports to. */
import type { Problem } from '../core/problem.ts'
import type { EvaluationRecord } from '../core/records.ts'
import type { Environment } from './environment.ts'
import type { JudgedAttempts } from './judged.ts'
import type { MeasuredRun } from './measuring.ts'

export interface TrainingRun extends MeasuredRun {
  readonly environment: Environment
  readonly problems: readonly Problem[]
  /** What `training.imitation` and collected rollouts learn from. */
  readonly judged?: JudgedAttempts
  /** Asked after every step: true finishes with a checkpoint. */
  readonly shouldStop: () => boolean
  readonly now: () => number
}

export interface TrainingResult {
  readonly steps: number
  readonly isComplete: boolean
  /** One evaluation a decoding, greedy first. */
  readonly before: readonly EvaluationRecord[]
  /** Likewise; empty when the run was stopped before its last step, and where the policy cannot learn. */
  readonly after: readonly EvaluationRecord[]
}
