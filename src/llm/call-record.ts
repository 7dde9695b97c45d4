/** A finished call as the journal keeps it, and a reply made from one. */
import type { Json, JsonObject } from '../core/json.ts'
import type { CallAttempt, CallRecord } from '../core/records.ts'
import type { CallResult } from './attempts.ts'
import type { ChatReply } from './chat-model.ts'
import type { LlmBoundary } from './llm-error.ts'
import { sumCostUsd, sumUsage } from './llm-error.ts'
import { readCompletion } from './read-completion.ts'

export interface RecordedCall {
  readonly key: string
  readonly purpose: string
  readonly model: string
  readonly boundary: LlmBoundary
  readonly body: JsonObject
}

export function callRecord(call: RecordedCall, result: CallResult): CallRecord {
  const { outcome, attempts } = result
  const { boundary } = call
  const failure =
    outcome.kind === 'answer'
      ? null
      : outcome.kind === 'aborted'
        ? { boundary, code: 'aborted', message: 'the call was aborted' }
        : { boundary, code: outcome.failure, message: outcome.message }
  return {
    version: 1,
    key: call.key,
    purpose: call.purpose,
    model: call.model,
    request: call.body as Json,
    response: outcome.kind === 'answer' ? outcome.raw : null,
    failure,
    attempts,
    ...sumUsage(attempts),
    costUsd: sumCostUsd(attempts),
  }
}

/** What the last attempt, which was answered, used and cost. */
export function answerOf(attempts: readonly CallAttempt[]): Pick<ChatReply, 'answerUsage' | 'answerCostUsd'> {
  const answered = attempts.slice(-1)
  return { answerUsage: sumUsage(answered), answerCostUsd: sumCostUsd(answered) }
}

/** @returns null for a record that holds no readable answer: such a call is made again. */
export function replyFromRecord(record: CallRecord): ChatReply | null {
  if (record.version !== 1 || record.failure !== null) return null
  const completion = readCompletion(record.response)
  if (completion.kind === 'failure') return null
  return {
    key: record.key,
    text: completion.text,
    reasoning: completion.reasoning,
    finishReason: completion.finishReason,
    usage: { inputTokens: record.inputTokens, outputTokens: record.outputTokens },
    costUsd: record.costUsd,
    ...answerOf(record.attempts),
    attempts: record.attempts.length,
    isCached: true,
    latencyMs: 0,
    raw: record.response,
  }
}
