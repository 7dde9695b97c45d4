/**
 * What a task gives the training loop. The loop knows neither workflows nor demonstrations: it samples completions,
 * hands each to `attempt`, and learns from the score.
 */
import type { Failure } from '../core/failure.ts'
import type { JsonObject } from '../core/json.ts'
import type { Problem } from '../core/problem.ts'
import type { RandomKey } from '../core/random.ts'
import type { Metrics, RolloutRecord } from '../core/records.ts'
import type { Score } from '../core/reward.ts'
import type { SampledCompletion, Tokenizer } from '../engines/policy-engine.ts'

export interface AttemptContext {
  /** Keys every random choice and every LLM seed of this attempt. */
  readonly key: RandomKey
  readonly signal: AbortSignal
}

export interface AttemptOutcome {
  /** JSON-only record of what happened, for the journal and the report. */
  readonly record: JsonObject
  readonly failures: readonly Failure[]
  readonly score: Score
  readonly costUsd: number
  readonly llmCalls: number
}

export interface Environment {
  readonly name: string
  /** Tokens the policy is prompted with. */
  prompt(problem: Problem, tokenizer: Tokenizer): readonly number[]
  /** Runs and scores one completion. Rejects only on abort or on a programmer's mistake; all else is an outcome. */
  attempt(
    problem: Problem,
    text: string,
    completion: SampledCompletion,
    context: AttemptContext,
  ): Promise<AttemptOutcome>
  /** The environment's own metrics over rollouts of one step or evaluation (`workflow/valid_rate`, ...). */
  metrics(rollouts: readonly RolloutRecord[]): Metrics
}
