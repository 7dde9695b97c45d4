/** Outcomes as versions before they had types recorded them: JSON without a version, that of workflows in all but a few. */
import type { Failure } from '../../core/failure.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { Verdict } from '../../core/reward.ts'
import type {
  CorrectnessRecord,
  JudgeGrade,
  OperatorRecord,
  RepairRecord,
  RolloutOutcome,
  WorkflowOutcome,
} from '../../core/rollout-outcome.ts'

/** What a record lacks is filled in as nothing: no calls, no findings, 0. */
export function olderOutcome(bag: JsonObject): RolloutOutcome {
  const name = textOf(bag['outcome'])
  const isWorkflow = ['answered', 'unreadable', 'failed', 'unavailable'].includes(name)
  if (!isWorkflow) return { environment: 'other', outcome: name, data: bag }
  const fallback = bag['fallback']
  return {
    environment: 'workflows',
    version: 1,
    outcome: name as WorkflowOutcome['outcome'],
    prediction: textOrNull(bag['prediction']),
    usedFallback: bag['usedFallback'] === true,
    program: textOrNull(bag['program']),
    isValid: bag['isValid'] === true,
    findings: listOf(bag['findings']) as unknown as WorkflowOutcome['findings'],
    repairs: listOf(bag['repairs']).map(repairOf),
    violations: numberOf(bag['violations']),
    operators: operatorsOf(bag),
    fallback:
      fallback === undefined || fallback === null
        ? null
        : { prediction: textOf(objectOf(fallback)['prediction']), operators: operatorsOf(objectOf(fallback)) },
    correctness: correctnessOf(bag['correctness']),
    simulator: bag['simulator'] === undefined ? null : (bag['simulator'] as unknown as WorkflowOutcome['simulator']),
  }
}

function operatorsOf(bag: JsonObject): OperatorRecord[] {
  return listOf(bag['operators']).map((call, i) => ({
    index: typeof call['index'] === 'number' ? call['index'] : i,
    operator: textOf(call['operator']),
    args: textsByName(call['args']),
    outcome: call['outcome'] as OperatorRecord['outcome'],
    result: call['result'] === null || call['result'] === undefined ? null : textsByName(call['result']),
    message: textOrNull(call['message']),
    llmCalls: numberOf(call['llmCalls']),
    callKeys: textsOf(call['callKeys']),
    failedLlmCalls: numberOf(call['failedLlmCalls']),
    malformedReplies: numberOf(call['malformedReplies']),
    inputTokens: numberOf(call['inputTokens']),
    outputTokens: numberOf(call['outputTokens']),
    costUsd: numberOf(call['costUsd']),
    timing: { durationMs: numberOf(objectOf(call['timing'])['durationMs']) },
  }))
}

function repairOf(repair: JsonObject): RepairRecord {
  return {
    kind: textOf(repair['kind']),
    weight: numberOf(repair['weight']),
    line: numberOf(repair['line']),
    before: textOf(repair['before']),
    after: textOf(repair['after']),
    finding: textOf(repair['finding']),
  }
}

function correctnessOf(value: Json | undefined): CorrectnessRecord | null {
  if (value === null || value === undefined) return null
  const { verdict, reason, scorer, judged } = objectOf(value)
  return {
    verdict: verdict as Verdict,
    reason: textOf(reason),
    scorer: scorer as CorrectnessRecord['scorer'],
    judged: judged === null || judged === undefined ? null : gradeOf(objectOf(judged)),
  }
}

function gradeOf(judged: JsonObject): JudgeGrade {
  return {
    verdict: judged['verdict'] as Verdict,
    reason: textOf(judged['reason']),
    calls: numberOf(judged['calls']),
    callKeys: textsOf(judged['callKeys']),
    inputTokens: numberOf(judged['inputTokens']),
    outputTokens: numberOf(judged['outputTokens']),
    costUsd: numberOf(judged['costUsd']),
    failure: (judged['failure'] ?? null) as unknown as Failure | null,
  }
}

function textsByName(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([name, field]) => [name, textOf(field)]))
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

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
