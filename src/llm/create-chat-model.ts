/**
 * The client for OpenAI-compatible servers: cache, single flight, attempts, accounting. With a cache equal calls end
 * alike, at once or one after the other: answers come from the cache, and what failed for good is not tried again by the
 * same client. Retries are in attempts.ts, HTTP in ../http. No streaming: operators and judge need whole answers.
 */

import { BatonError } from '../core/failure.ts'
import type { Json, JsonObject } from '../core/json.ts'
import type { CallAttempt, CallCache } from '../core/records.ts'
import { isAbsence } from '../core/service-failures.ts'
import { abortableSleep, createLimiter, type ProxyEnvironment } from '../http/index.ts'
import type { ApiDialect } from './anthropic-messages.ts'
import { type CallLimits, type CallResult, runCall } from './attempts.ts'
import { answerOf, callRecord, replyFromRecord } from './call-record.ts'
import type { ChatMessage, ChatModel, ChatReply, GenerateOptions } from './chat-model.ts'
import { type ChatModelStats, createStatsCounter } from './chat-model-stats.ts'
import { createChatTransport } from './chat-transport.ts'
import { type LlmBoundary, LlmError, sumCostUsd, sumUsage } from './llm-error.ts'
import { type Prices, pricingOf } from './prices.ts'
import { callKey, requestBody } from './request-body.ts'
import { createSharedCalls } from './shared-calls.ts'
import { createUsageMeter } from './usage-meter.ts'

export interface ChatModelOptions extends Partial<CallLimits> {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  /** What the server speaks. Default `openai`. */
  readonly dialect?: ApiDialect | undefined
  readonly model: string
  /** The key itself, as read from the environment; kept out of every record, error and log. */
  readonly apiKey?: string | undefined
  /** Failures are counted under it. Default `executor`. */
  readonly boundary?: LlmBoundary
  /** Defaults of the calls. */
  readonly temperature?: number
  readonly topP?: number
  readonly maxTokens?: number
  /** Members added to the request body; `null` takes one away that the server does not know. Part of the cache key. */
  readonly extraBody?: JsonObject
  /** Attempts in flight at once, at most. */
  readonly concurrency?: number
  /** Each price left out (null) is looked up in the table. */
  readonly prices?: { readonly [price in keyof Prices]: number | null } | null
  readonly cache?: CallCache
  readonly onAttempt?: (attempt: CallAttempt, call: { readonly key: string; readonly purpose: string }) => void
  /** Uniform in [0, 1), for the jitter of pauses; it changes no reply. */
  readonly random?: () => number
  readonly now?: () => number
  readonly sleep?: (durationMs: number, signal: AbortSignal) => Promise<void>
  /** Authorities of certificates besides those that Node knows, PEM. */
  readonly authority?: string | undefined
  /** Where HTTP_PROXY, HTTPS_PROXY and NO_PROXY are read. */
  readonly environment?: ProxyEnvironment
}

export interface ClosableChatModel extends ChatModel {
  /** Aborts what is in flight, records it, and ends every connection; later calls are refused. Closed again, it does nothing. */
  close(): Promise<void>
  stats(): ChatModelStats
}

const defaults = {
  attempts: 4,
  attemptTimeoutMs: 120_000,
  totalTimeoutMs: 600_000,
  maxRetryAfterMs: 60_000,
  baseDelayMs: 250,
  maxDelayMs: 8_000,
  temperature: 0.7,
  topP: 1,
  maxTokens: 2048,
  concurrency: 32,
} as const

export function createChatModel(given: ChatModelOptions): ClosableChatModel {
  const options = { ...defaults, boundary: 'executor' as LlmBoundary, ...withoutUndefined(given) }
  const { model, boundary, cache, concurrency } = options
  const transport = createChatTransport({ ...options, connections: concurrency })
  const limiter = createLimiter(concurrency)
  const sharedCalls = createSharedCalls<ChatReply>()
  /** Calls that failed for good: who makes one again fails alike, as one does who shared it. */
  const failed = new Map<string, LlmError>()
  const counter = createStatsCounter()
  let closing: Promise<void> | null = null
  const pricing = pricingOf(model, options.prices ?? null)
  const now = options.now ?? Date.now
  const tools = {
    transport,
    limiter,
    limits: options,
    prices: pricing.prices,
    now,
    sleep: options.sleep ?? abortableSleep,
    random: options.random ?? Math.random,
    refusedMembers: new Set<string>(),
    meter: createUsageMeter(),
  }

  interface Keyed {
    readonly key: string
    readonly body: JsonObject
    readonly messages: readonly ChatMessage[]
    readonly purpose: string
    readonly seed: number
  }
  const buy = async (call: Keyed, signal: AbortSignal): Promise<ChatReply> => {
    const onAttempt = (attempt: CallAttempt): void => {
      counter.addAttempt(attempt)
      options.onAttempt?.(attempt, { key: call.key, purpose: call.purpose })
    }
    const onSend = (before: readonly CallAttempt[], next: CallAttempt): void | Promise<void> =>
      cache?.begin?.({ version: 1, key: call.key, purpose: call.purpose, model, boundary, attempts: [...before, next] })
    const startedAt = now()
    const result = await runCall({ ...tools, onSend, onAttempt }, call, signal)
    if (result.attempts.length > 0) cache?.put(callRecord({ ...call, model, boundary }, result))
    return replyFrom(result, { key: call.key, model, boundary, latencyMs: now() - startedAt })
  }

  const generate = async (
    messages: readonly ChatMessage[],
    generateOptions: GenerateOptions,
    signal?: AbortSignal,
  ): Promise<ChatReply> => {
    signal?.throwIfAborted()
    if (closing !== null) throw closedError(model)
    const { purpose, seed } = generateOptions
    const body = requestBody(options, messages, generateOptions)
    const key = callKey(body, seed)
    counter.counts.calls += 1
    const known = cache?.get(key)
    const found = known === undefined ? null : replyFromRecord(known)
    if (found !== null) {
      counter.counts.cacheHits += 1
      return found
    }
    const call: Keyed = { key, body, messages, purpose, seed }
    const begin = (sharedSignal: AbortSignal): Promise<ChatReply> => buy(call, sharedSignal)
    try {
      const failure = failed.get(key)
      if (failure !== undefined) throw failure
      const { result, isShared } = await sharedCalls.join(key, begin, signal)
      if (!isShared) return result
      counter.counts.sharedCalls += 1
      return { ...result, isCached: true }
    } catch (error) {
      if (error instanceof LlmError) {
        counter.counts.failedCalls += 1
        if (cache !== undefined && !isAbsence(error.kind)) failed.set(key, error)
      }
      throw error
    }
  }

  return {
    model,
    generate,
    stats: () => counter.read({ pricing: pricing.source, inFlight: limiter.inFlight, concurrencyLimit: limiter.limit }),
    close: () => {
      closing ??= sharedCalls.abortAll(closedError(model)).then(() => transport.close())
      return closing
    },
  }
}

function closedError(model: string): BatonError {
  return new BatonError(`the client of ${model} is closed: it takes no calls.`, { boundary: 'engine', code: 'closed' })
}

function replyFrom(
  { outcome, attempts }: CallResult,
  call: { readonly key: string; readonly model: string; readonly boundary: LlmBoundary; readonly latencyMs: number },
): ChatReply {
  switch (outcome.kind) {
    case 'answer':
      return {
        key: call.key,
        text: outcome.text,
        reasoning: outcome.reasoning,
        finishReason: outcome.finishReason,
        usage: sumUsage(attempts),
        costUsd: sumCostUsd(attempts),
        ...answerOf(attempts),
        attempts: attempts.length,
        isCached: false,
        latencyMs: call.latencyMs,
        raw: outcome.raw as Json,
      }
    case 'failure':
      throw new LlmError({ ...outcome, ...call, kind: outcome.failure, attempts })
    case 'aborted':
      throw outcome.reason
    default:
      return outcome satisfies never
  }
}

/** An option that is there but undefined must not hide a default. */
function withoutUndefined(options: ChatModelOptions): ChatModelOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as ChatModelOptions
}
