/** One attempt: a request sent, its outcome read, its tokens counted. Never throws but on abort. */
import type { Json, JsonObject } from '../core/json.ts'
import type { HttpFailure } from '../http/index.ts'
import type { ChatMessage, ChatReply, Usage } from './chat-model.ts'
import type { ChatTransport, TransportResponse } from './chat-transport.ts'
import { classifyStatus, oneLine } from './classify-status.ts'
import { estimateInputTokens, estimateTokens } from './estimate-tokens.ts'
import type { LlmFailureKind } from './llm-error.ts'
import { readCompletion } from './read-completion.ts'
import { readReplyBody } from './reply-body.ts'
import { requestText, tokenLimitOf } from './request-body.ts'

export interface CountedUsage extends Usage {
  readonly isEstimated: boolean
}

export interface AnsweredAttempt {
  readonly kind: 'answer'
  readonly text: string
  readonly reasoning: string
  readonly finishReason: ChatReply['finishReason']
  readonly usage: CountedUsage
  readonly raw: Json
}

export interface AttemptFailure {
  readonly kind: 'failure'
  readonly failure: LlmFailureKind
  readonly message: string
  readonly status: number | null
  /** Asked again, it fails alike: the server's certificate is not trusted. */
  readonly isPermanent: boolean
  /** What the server asks to wait. */
  readonly retryAfterMs: number | null
  readonly reasoning: string
  readonly usage: CountedUsage
}

export interface AttemptRequest {
  readonly body: JsonObject
  readonly messages: readonly ChatMessage[]
  readonly timeoutMs: number
  /** What the attempt has used when it is broken off now. */
  readonly brokenOff: () => CountedUsage
}

export const nothing: CountedUsage = { inputTokens: 0, outputTokens: 0, isEstimated: false }

export async function attempt(
  transport: ChatTransport,
  request: AttemptRequest,
  signal: AbortSignal,
): Promise<AnsweredAttempt | AttemptFailure> {
  const body = requestText(request.body)
  const http = { method: 'POST', path: '/chat/completions', body, timeoutMs: request.timeoutMs } as const
  return readOutcome(await transport.send(http, signal), request)
}

/** Failures in which the model was at work; in all others the request was refused. */
const answeredKinds: ReadonlySet<LlmFailureKind> = new Set([
  'malformed-body',
  'empty-content',
  'truncated-reasoning',
  'unparsable-output',
])

/** What a server broke off, or could not read itself, is counted by its input. */
function estimateUnanswered(messages: readonly ChatMessage[]): CountedUsage {
  return { inputTokens: estimateInputTokens(messages), outputTokens: 0, isEstimated: true }
}

function readOutcome(
  outcome: TransportResponse | HttpFailure,
  { messages, body, brokenOff }: AttemptRequest,
): AnsweredAttempt | AttemptFailure {
  const failed = (
    failure: LlmFailureKind,
    message: string,
    usage: CountedUsage,
    more?: Partial<AttemptFailure>,
  ): AttemptFailure => {
    const status = outcome.kind === 'response' ? outcome.status : null
    const isPermanent = outcome.kind !== 'response' && outcome.isPermanent
    return { kind: 'failure', failure, message, usage, status, isPermanent, retryAfterMs: null, reasoning: '', ...more }
  }
  if (outcome.kind !== 'response') {
    const used = outcome.kind === 'timeout' ? brokenOff() : estimateUnanswered(messages)
    return failed(outcome.kind, outcome.message, outcome.wasSent ? used : nothing)
  }
  const { status, text, retryAfterMs, location } = outcome
  if (status !== 200) {
    const { kind, message } = classifyStatus(status, text, location)
    // What answers for a server that was too slow says nothing of the server, which was at work all that time.
    const usage =
      kind === 'timeout' ? brokenOff() : kind === 'unparsable-output' ? estimateUnanswered(messages) : nothing
    return failed(kind, message, usage, { retryAfterMs })
  }
  const read = readReplyBody(text)
  if ('problem' in read) {
    const usage = { ...estimateUnanswered(messages), outputTokens: estimateTokens(text) }
    return failed('malformed-body', oneLine(read.problem), usage)
  }
  const raw = read.body
  const completion = readCompletion(raw, tokenLimitOf(body))
  if (completion.kind === 'failure') {
    const { failure, message, reasoning } = completion
    const usage =
      completion.usage === null && !answeredKinds.has(failure)
        ? nothing
        : counted(completion.usage, messages, reasoning)
    return failed(failure, message, usage, { reasoning })
  }
  const { reasoning, finishReason } = completion
  const usage = counted(completion.usage, messages, reasoning + completion.text)
  return { kind: 'answer', text: completion.text, reasoning, finishReason, usage, raw }
}

function counted(usage: Usage | null, messages: readonly ChatMessage[], output: string): CountedUsage {
  if (usage !== null) return { ...usage, isEstimated: false }
  return { inputTokens: estimateInputTokens(messages), outputTokens: estimateTokens(output), isEstimated: true }
}
