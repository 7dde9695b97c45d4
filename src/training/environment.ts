/**
 * What a task gives the training loop. The loop knows neither workflows nor demonstrations: it samples completions,
 * hands each to `attempt`, and learns from the score.
 */
import type { Failure } from '../core/failure.ts'
import type { Problem, ProblemType } from '../core/problem.ts'
import type { RandomKey } from '../core/random.ts'
import type { CallUsage, Metrics, RolloutRecord } from '../core/records.ts'
import type { Score } from '../core/reward.ts'
import type { RolloutOutcome } from '../core/rollout-outcome.ts'
import type { Constraint, SampledCompletion, Tokenizer } from '../engines/policy-engine.ts'
import type { ChatMessage } from '../llm/index.ts'

export interface AttemptContext {
  /** Keys every random choice and every LLM seed of this attempt. */
  readonly key: RandomKey
  /** Optimizer step that it belongs to, 1-based; of an evaluation, steps done. Default 0. */
  readonly step?: number
  readonly signal: AbortSignal
}

export interface AttemptOutcome {
  /** What happened, for the journal and the report. */
  readonly record: RolloutOutcome
  readonly failures: readonly Failure[]
  readonly score: Score
  /** Of all calls, the judge's too. */
  readonly costUsd: number
  readonly llmCalls: number
  /** What the workflow, or whatever the policy wrote, asked to solve the problem: of answered calls, without the judge's. */
  readonly solving: CallUsage
}

export interface Environment {
  readonly name: string
  /** Completions are as long as is asked: none is cut off. Absent: the end of text ends them. */
  readonly isFixedLength?: boolean
  /** Tokens the policy is prompted with. */
  prompt(problem: Problem, tokenizer: Tokenizer): readonly number[]
  /** The prompt as messages, for a policy with a chat format; absent: it has tokens alone. */
  conversation?(problem: Problem): readonly ChatMessage[]
  /** What completions for problems of a type are held to, sampled and scored; absent: nothing. */
  readonly constraint?: (type: ProblemType) => Constraint
  /** Runs and scores one completion. Rejects only on abort or on a programmer's mistake; all else is an outcome. */
  attempt(
    problem: Problem,
    text: string,
    completion: SampledCompletion,
    context: AttemptContext,
  ): Promise<AttemptOutcome>
  /** Whether a completion could be run as it is, unrepaired; it is not run. Absent: nothing can be said of one without its run. */
  readonly isValid?: (problem: Problem, text: string) => boolean
  /** The environment's own metrics over rollouts of one step or evaluation (`workflow/valid_rate`, ...). */
  metrics(rollouts: readonly RolloutRecord[]): Metrics
}

/** As a member of a request or a sequence; nothing where completions are free. */
export function heldTo(
  { constraint }: Pick<Environment, 'constraint'>,
  type: ProblemType,
): { readonly constraint?: Constraint } {
  return constraint === undefined ? {} : { constraint: constraint(type) }
}
