/** What a rescoring found, as data: for the terminal, for programs, and for the record beside the run. */
import type { RolloutPlace } from '../../core/records.ts'
import type { CorrectnessRecord } from '../../core/rollout-outcome.ts'

/** `judge`: left to a judge that was not asked. */
export type NewVerdict = CorrectnessRecord['verdict'] | 'judge'

export interface RescoredRollout extends RolloutPlace {
  readonly problemId: string
  readonly prediction: string
  readonly reference: string
  readonly before: Decision<CorrectnessRecord['verdict']>
  readonly after: Decision<NewVerdict>
}

export interface Decision<Verdict> {
  readonly verdict: Verdict
  readonly scorer: CorrectnessRecord['scorer']
  readonly reason: string
}

export interface Rescored {
  readonly rollouts: readonly RescoredRollout[]
  /** Rollouts that were not scored again, by reason. */
  readonly leftOut: Readonly<Record<LeftOut, number>>
  /** Why problems could not be read again; empty where all could. */
  readonly missing: readonly string[]
  /** Calls to the judge that were made for it, and what they cost. */
  readonly judge: { readonly model: string; readonly calls: number; readonly costUsd: number } | null
}

export type LeftOut = 'no answer of its own' | 'problem not found' | 'verdict stands'
