/**
 * Records written to disk: readonly, JSON only, versioned. The run store writes them; everything that displays results
 * reads them. Fields that depend on the clock or on chance are under `timing` or in metrics whose names begin with
 * `time/`; everything else is the same for the same seed and the same replies.
 */
import type { Boundary, Failure } from './failure.ts'
import type { Json } from './json.ts'
import type { ProblemType } from './problem.ts'
import type { Score } from './reward.ts'
import type { RolloutOutcome } from './rollout-outcome.ts'

/** One finished LLM call (all its attempts), content-addressed: found again, it is not bought again. */
export interface CallRecord {
  readonly version: 1
  /** sha256 of (base URL's model, messages, parameters, seed). */
  readonly key: string
  readonly purpose: string
  readonly model: string
  readonly request: Json
  /** Raw body of the successful attempt, or null when all failed. */
  readonly response: Json
  readonly failure: Failure | null
  readonly attempts: readonly CallAttempt[]
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
}

export interface CallAttempt {
  /** null for a good answer, else the LLM client's failure kind. */
  readonly failure: string | null
  readonly status: number | null
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  readonly latencyMs: number
  /** True if the server did not report the tokens: they are estimated by rule of thumb, or from the time it had. */
  readonly isEstimated?: boolean
}

/** A call that was sent and has not ended: what is on the accounts if the process does not see its end. */
export interface PendingCall extends Pick<CallRecord, 'version' | 'key' | 'purpose' | 'model'> {
  readonly boundary: Boundary
  /** Those that failed, and the one in progress at the most that it can use. */
  readonly attempts: readonly CallAttempt[]
}

/** Where the LLM client finds and leaves finished calls. `put` must be durable before it returns, `begin` before it resolves. */
export interface CallCache {
  /** An answer before a failure, the newest of several. */
  get(key: string): CallRecord | undefined
  /** Before an attempt is sent, which waits for it; again before each later one of the call. `put` ends it. */
  begin?(call: PendingCall): void | Promise<void>
  put(record: CallRecord): void
}

/** What LLM calls came to: tokens and dollars over all their attempts. */
export interface CallUsage {
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
}

export type Phase = 'train' | 'evaluation'

/** Where a rollout belongs in the run. */
export interface RolloutPlace {
  readonly phase: Phase
  readonly label: string
  readonly step: number
  readonly position: number
  readonly rollout: number
}

/** Of a rollout, or of what has a place like one. */
export function placeOf({ phase, label, step, position, rollout }: RolloutPlace): RolloutPlace {
  return { phase, label, step, position, rollout }
}

/** What was sampled, token by token: what the policy is trained on. Shapes [T of the prompt], [T], [T]. */
export interface RolloutTokens {
  readonly prompt: readonly number[]
  readonly tokens: readonly number[]
  readonly logprobs: readonly number[]
}

/** One attempt at one problem, as training has it and the run store records it. */
export interface SampledRollout extends RolloutRecord, RolloutTokens {}

/** One attempt at one problem: completion, execution, score. Readers of a run need no tokens. */
export interface RolloutRecord {
  readonly version: 1
  readonly phase: Phase
  /** Optimizer steps done when it was sampled (training: the step it belongs to, 1-based). */
  readonly step: number
  /** Label of the evaluation (`before`, `step-20`, `after-sampled`, `best-fixed`), '' in training. */
  readonly label: string
  /** Position of the problem in the step (training) or in the split (evaluation). */
  readonly position: number
  readonly problemId: string
  readonly problemType: ProblemType
  readonly source: string
  readonly difficulty: number
  /** Index within the group. */
  readonly rollout: number
  readonly stopReason: 'stop' | 'length'
  /** Of a completion that was held to a grammar: tokens that it left no choice about. */
  readonly decidedTokens?: number
  readonly text: string
  /** The environment's own record of what happened (program run, operator calls, repairs, prediction, ...). */
  readonly outcome: RolloutOutcome
  /** What went wrong, in order; empty when nothing did. */
  readonly failures: readonly Failure[]
  readonly score: Score
  /** null outside training and for rollouts whose group was dropped. */
  readonly advantage: number | null
  /** Of all calls, the judge's too. */
  readonly costUsd: number
  readonly llmCalls: number
  /** What the workflow asked the executor; a call that was never answered is not counted. Journals of older versions lack it. */
  readonly solving?: CallUsage
  readonly timing: { readonly startedAt: string; readonly durationMs: number }
}

/** What a list of many rollouts needs of each. */
export interface RolloutDigest
  extends Pick<
    RolloutRecord,
    | keyof RolloutPlace
    | 'problemId'
    | 'problemType'
    | 'source'
    | 'difficulty'
    | 'score'
    | 'failures'
    | 'advantage'
    | 'costUsd'
    | 'llmCalls'
  > {
  /** The outcome by name (`answered`, `failed`, ...); '' where it has none. */
  readonly outcome: string
  /** Called by the policy's own program, each once; journals of layout 4 may lack it. */
  readonly operators?: readonly string[]
}

export type Metrics = Readonly<Record<string, number>>

/** One optimizer step. */
export interface StepRecord {
  readonly version: 1
  readonly step: number
  readonly metrics: Metrics
}

/** How completions were drawn: the likeliest token each time, or at a temperature. */
export type Decoding = 'greedy' | 'sampled'

/**
 * An evaluation of the policy, or of a fixed workflow, on a split. Records of older journals lack `decoding`,
 * `temperature` and the counts of the outcomes: the run store fills in what can be known when it reads them.
 */
export interface EvaluationRecord {
  readonly version: 1
  /** Names it within the run: `before`, `step-20`, `after`; `after-sampled` for the same policy sampled. */
  readonly label: string
  /** Optimizer steps that the policy has had. */
  readonly step: number
  /** `validation`, `test`, `train`, or the path of a file. */
  readonly split: string
  /** `greedy` for a fixed workflow, which draws nothing. */
  readonly decoding: Decoding
  /** 0 where greedy. */
  readonly temperature: number
  readonly metrics: Metrics
  /** One row a problem and sample, in the split's order: what paired comparisons need. */
  readonly outcomes: readonly EvaluationOutcome[]
}

export interface EvaluationOutcome {
  readonly problemId: string
  readonly problemType: ProblemType
  /** null when unscorable. */
  readonly isCorrect: boolean | null
  /** Calls of the workflow that the executor answered; null where an older version did not measure it. */
  readonly llmCalls: number | null
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  /** Of the workflow's calls; where `llmCalls` is null, of the judge's too. */
  readonly costUsd: number
}

/** A fixed workflow that was measured, and how it did in the search on training problems. */
export interface SearchedWorkflow {
  /** Of the evaluation that it is (a part of). */
  readonly label: string
  /** Type of the problems; `all` for those of every type. */
  readonly type: string
  readonly name: string
  readonly correct: number
  /** Attempts of the search with a verdict. */
  readonly scored: number
  /** Means over these; calls are those of the operators to the executor. null where an older version did not record it. */
  readonly reward: number | null
  readonly calls: number | null
  /** How many were searched. */
  readonly candidates: number
}
