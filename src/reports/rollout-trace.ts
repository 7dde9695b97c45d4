/**
 * What a rollout's record tells a reader: which operators were called, what each answered, who decided and how. Records
 * are the environment's own; what a record does not have is left out here, so that a report never fails on one.
 */
import type { Json, JsonObject } from '../core/json.ts'
import type { RolloutRecord } from '../core/records.ts'

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

export interface RepairTrace {
  readonly kind: string
  readonly line: number
  /** Multiple of the reward `rewards.repair`. */
  readonly weight: number
  readonly before: string
  readonly after: string
}

export interface RolloutTrace {
  /** `answered`, `failed`, ...; '' when the record does not say. */
  readonly outcome: string
  /** As it was run, repairs included; null where there was none. */
  readonly program: string | null
  readonly operators: readonly OperatorTrace[]
  /** Of the workflow that answered in the program's place. */
  readonly fallbackOperators: readonly OperatorTrace[]
  readonly prediction: string | null
  /** Who decided: `math`, `tests`, `match`, `judge`, `gate`; null when nothing was to be decided. */
  readonly decidedBy: string | null
  readonly repairs: readonly RepairTrace[]
  /** Calls of the judge; 0 when it was not asked. */
  readonly judgeCalls: number
  readonly judgeCallKeys: readonly string[]
  /** Why the judge gave no verdict: `empty-content`, `unclear`, ...; null when it did. */
  readonly judgeFailure: string | null
}

export function traceOf({ outcome }: Pick<RolloutRecord, 'outcome'>): RolloutTrace {
  const correctness = objectOf(outcome['correctness'])
  const judged = objectOf(correctness['judged'])
  const failure = objectOf(judged['failure'])
  return {
    outcome: textOf(outcome['outcome']),
    program: typeof outcome['program'] === 'string' ? outcome['program'] : null,
    operators: listOf(outcome['operators']).map(operatorTrace),
    fallbackOperators: listOf(objectOf(outcome['fallback'])['operators']).map(operatorTrace),
    prediction: typeof outcome['prediction'] === 'string' ? outcome['prediction'] : null,
    decidedBy: typeof correctness['scorer'] === 'string' ? correctness['scorer'] : null,
    repairs: listOf(outcome['repairs']).map(repairTrace),
    judgeCalls: numberOf(judged['calls']),
    judgeCallKeys: textsOf(judged['callKeys']),
    judgeFailure: typeof failure['code'] === 'string' ? failure['code'] : null,
  }
}

function operatorTrace(call: JsonObject): OperatorTrace {
  return {
    operator: textOf(call['operator']),
    args: fieldsOf(call['args']),
    result: fieldsOf(call['result']),
    message: textOf(call['message']),
    llmCalls: numberOf(call['llmCalls']),
    callKeys: textsOf(call['callKeys']),
    inputTokens: numberOf(call['inputTokens']),
    outputTokens: numberOf(call['outputTokens']),
    costUsd: numberOf(call['costUsd']),
    durationMs: numberOf(objectOf(call['timing'])['durationMs']),
  }
}

function repairTrace(repair: JsonObject): RepairTrace {
  return {
    kind: textOf(repair['kind']),
    line: numberOf(repair['line']),
    weight: numberOf(repair['weight']),
    before: textOf(repair['before']),
    after: textOf(repair['after']),
  }
}

function fieldsOf(value: Json | undefined): [string, string][] {
  return Object.entries(objectOf(value)).map(([name, field]) => [name, textOf(field)])
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map((item) => objectOf(item as Json)) : []
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function numberOf(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
