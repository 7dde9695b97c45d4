/**
 * What the outcome of a rollout says to a reader, whatever the environment: which operators were called, what each
 * answered, who decided and how.
 */
import type { RolloutRecord } from '../core/records.ts'
import type { OperatorRecord, RepairRecord } from '../core/rollout-outcome.ts'

export interface OperatorTrace {
  readonly operator: string
  /** Shortened values. */
  readonly args: readonly (readonly [name: string, value: string])[]
  readonly result: readonly (readonly [name: string, value: string])[]
  /** Why there is no result; '' when there is one. */
  readonly message: string
  readonly llmCalls: number
  /** Of the calls' records in the journal; empty where an older version recorded none. */
  readonly callKeys: readonly string[]
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  readonly durationMs: number
}

export interface RolloutTrace {
  /** `answered`, `failed`, ...; '' when the record does not say. */
  readonly outcome: string
  /** As it was run, repairs included; null where there was none. */
  readonly program: string | null
  /** Ids of the demonstrations that were picked, in pick order; null where the policy writes workflows. */
  readonly demonstrations: readonly string[] | null
  readonly operators: readonly OperatorTrace[]
  /** Of the workflow that answered in the program's place. */
  readonly fallbackOperators: readonly OperatorTrace[]
  readonly prediction: string | null
  /** Who decided: `math`, `tests`, `match`, `judge`, `gate`; null when nothing was to be decided. */
  readonly decidedBy: string | null
  readonly repairs: readonly RepairRecord[]
  /** Calls of the judge; 0 when it was not asked. */
  readonly judgeCalls: number
  readonly judgeCallKeys: readonly string[]
  /** Why the judge gave no verdict: `empty-content`, `unclear`, ...; null when it did. */
  readonly judgeFailure: string | null
}

export function traceOf({ outcome }: Pick<RolloutRecord, 'outcome'>): RolloutTrace {
  const workflow = outcome.environment === 'workflows' ? outcome : null
  const judged = workflow?.correctness?.judged ?? null
  return {
    outcome: outcome.outcome,
    program: workflow?.program ?? null,
    demonstrations: outcome.environment === 'demonstrations' ? outcome.demonstrations : null,
    operators: workflow?.operators.map(operatorTrace) ?? [],
    fallbackOperators: workflow?.fallback?.operators.map(operatorTrace) ?? [],
    prediction: outcome.environment === 'other' ? null : outcome.prediction,
    decidedBy: workflow?.correctness?.scorer ?? null,
    repairs: workflow?.repairs ?? [],
    judgeCalls: judged?.calls ?? 0,
    judgeCallKeys: judged?.callKeys ?? [],
    judgeFailure: judged?.failure?.code ?? null,
  }
}

function operatorTrace({ args, result, message, timing, ...call }: OperatorRecord): OperatorTrace {
  const { operator, llmCalls, callKeys, inputTokens, outputTokens, costUsd } = call
  return {
    ...{ operator, llmCalls, callKeys, inputTokens, outputTokens, costUsd },
    args: Object.entries(args),
    result: Object.entries(result ?? {}),
    message: message ?? '',
    durationMs: timing.durationMs,
  }
}
