/** The LLM calls of a rollout, whole: what each operator and the judge asked and what came back, from the journal's records. */
import type { Json, JsonObject } from '../core/json.ts'
import { type Problem, problemText } from '../core/problem.ts'
import type { CallRecord, RolloutRecord } from '../core/records.ts'
import { replyFromRecord } from '../llm/index.ts'
import { type OperatorTrace, traceOf } from './rollout-trace.ts'

export interface CallTrace {
  readonly model: string
  /** The messages; with their roles where there are several. */
  readonly prompt: string
  /** '' where the call failed. */
  readonly reply: string
  readonly reasoning: string
  /** `code: message`; '' for an answer. */
  readonly failure: string
  readonly attempts: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  /** Of all attempts together, as they were made; a call found in the journal took no time. */
  readonly latencyMs: number
}

/** One operator of the program, one of the fallback workflow, or the judge, with its calls. */
export interface CallerTrace {
  readonly caller: 'operator' | 'fallback' | 'judge'
  /** null for the judge. */
  readonly operator: OperatorTrace | null
  readonly calls: readonly CallTrace[]
  /** Calls that were made and have no record: broken off, or of an older version. */
  readonly unrecorded: number
}

/** In the order of the program; the judge last. */
export function callersOf(
  rollout: Pick<RolloutRecord, 'outcome'>,
  findCall: (key: string) => CallRecord | undefined,
): CallerTrace[] {
  const trace = traceOf(rollout)
  const found = (keys: readonly string[], made: number): Pick<CallerTrace, 'calls' | 'unrecorded'> => {
    const calls = keys.flatMap((key) => findCall(key) ?? []).map(callTrace)
    return { calls, unrecorded: Math.max(0, made - calls.length) }
  }
  const ofOperator =
    (caller: 'operator' | 'fallback') =>
    (operator: OperatorTrace): CallerTrace => ({ caller, operator, ...found(operator.callKeys, operator.llmCalls) })
  return [
    ...trace.operators.map(ofOperator('operator')),
    ...trace.fallbackOperators.map(ofOperator('fallback')),
    ...(trace.judgeCalls === 0
      ? []
      : [{ caller: 'judge', operator: null, ...found(trace.judgeCallKeys, trace.judgeCalls) } as const]),
  ]
}

/** A prompt with a mark in place of the question, which is shown elsewhere. */
export function withoutQuestion(text: string, problem: Problem, mark: string): string {
  return [problemText(problem), problem.question]
    .filter((question) => question.trim().length > 20)
    .reduce((shorter, question) => shorter.replaceAll(question, mark), text)
}

function callTrace(record: CallRecord): CallTrace {
  const { model, request, failure, attempts, inputTokens, outputTokens, costUsd } = record
  const reply = replyFromRecord(record)
  return {
    model,
    prompt: promptText(request),
    reply: reply?.text ?? '',
    reasoning: reply?.reasoning ?? '',
    failure: failure === null ? '' : `${failure.code}: ${failure.message}`,
    attempts: attempts.length,
    inputTokens,
    outputTokens,
    costUsd,
    latencyMs: attempts.reduce((sum, attempt) => sum + attempt.latencyMs, 0),
  }
}

function promptText(request: Json): string {
  const messages = (request as JsonObject | null)?.['messages']
  if (!Array.isArray(messages)) return ''
  const texts = messages.map((message: Json) => {
    const { role, content } = message as { readonly role?: string; readonly content?: Json }
    return { role: role ?? '', text: contentText(content ?? '') }
  })
  if (texts.length === 1) return texts[0]?.text ?? ''
  return texts.map(({ role, text }) => `${role}: ${text}`).join('\n\n')
}

function contentText(content: Json): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: Json) => ((part as JsonObject)['text'] as string | undefined) ?? '[picture]').join('\n')
}
