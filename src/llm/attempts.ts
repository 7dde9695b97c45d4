/**
 * One call: attempts until one is good, with what each failure asks for in between. The deadline of the call counts what
 * the server and the pauses take, not the wait for a slot of our own limiter.
 */
import type { JsonObject } from '../core/json.ts'
import type { CallAttempt } from '../core/records.ts'
import { type Limiter, retryDelayMs, type SlotOutcome } from '../http/index.ts'
import { type AnsweredAttempt, type AttemptFailure, attempt, type CountedUsage, nothing } from './attempt.ts'
import type { ChatMessage } from './chat-model.ts'
import type { ChatTransport } from './chat-transport.ts'
import { retryPolicies } from './llm-error.ts'
import { costUsd, type Prices } from './prices.ts'
import {
  firstRequest,
  refusedMember,
  tokenLimitOf,
  type Variation,
  variedBody,
  withoutRefused,
} from './request-body.ts'
import type { UsageMeter } from './usage-meter.ts'

export interface CallLimits {
  /** Tries of one call, the first included. */
  readonly attempts: number
  /** Of one try, the server's queue included. */
  readonly attemptTimeoutMs: number
  /** Of all tries and pauses together. */
  readonly totalTimeoutMs: number
  /** A server that asks for a longer pause than this has failed. */
  readonly maxRetryAfterMs: number
  readonly baseDelayMs: number
  readonly maxDelayMs: number
}

export interface AttemptTools {
  readonly transport: ChatTransport
  readonly limiter: Limiter
  readonly limits: CallLimits
  readonly prices: Prices
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly sleep: (durationMs: number, signal: AbortSignal) => Promise<void>
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly meter: UsageMeter
  /** Just before an attempt goes out, which waits for it; `next` is the most that it can use. */
  readonly onSend: (before: readonly CallAttempt[], next: CallAttempt) => void | Promise<void>
  readonly onAttempt: (attempt: CallAttempt) => void
  /** Members of the body that the model was found not to take; filled as calls find out, shared by all calls. */
  readonly refusedMembers: Set<string>
}

export interface Call {
  readonly body: JsonObject
  readonly messages: readonly ChatMessage[]
  readonly seed: number
}

export type CallOutcome = AnsweredAttempt | AttemptFailure | { readonly kind: 'aborted'; readonly reason: unknown }

export interface CallResult {
  readonly outcome: CallOutcome
  readonly attempts: readonly CallAttempt[]
}

interface Progress {
  readonly attempts: CallAttempt[]
  variation: Variation
  /** The last body that was sent. */
  sent: JsonObject
  /** In `now`'s clock; moved on by every wait for a slot. */
  deadline: number
}

/** Never rejects: an abort is an outcome, so that its cost so far is reported. */
export async function runCall(tools: AttemptTools, call: Call, signal: AbortSignal): Promise<CallResult> {
  const progress: Progress = {
    attempts: [],
    sent: call.body,
    variation: firstRequest,
    deadline: tools.now() + tools.limits.totalTimeoutMs,
  }
  const { attempts } = progress
  try {
    for (;;) {
      const outcome = await attemptInSlot(tools, call, progress, signal)
      if (outcome.kind === 'answer') return { outcome, attempts }
      const plan = nextStep(tools, outcome, progress)
      if (plan.kind === 'give-up') return { outcome: { ...outcome, message: plan.message }, attempts }
      progress.variation = plan.variation
      if (plan.delayMs > 0) await tools.sleep(plan.delayMs, signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
    return { outcome: { kind: 'aborted', reason: signal.reason }, attempts }
  }
}

async function attemptInSlot(
  tools: AttemptTools,
  call: Call,
  progress: Progress,
  signal: AbortSignal,
): Promise<AnsweredAttempt | AttemptFailure> {
  const queuedAt = tools.now()
  const slot = await tools.limiter.acquire({ isRetry: progress.attempts.length > 0 }, signal)
  const startedAt = tools.now()
  progress.deadline += startedAt - queuedAt
  let slotOutcome: SlotOutcome = 'other'
  let isSent = false
  const body = withoutRefused(variedBody(call.body, call.seed, progress.variation), tools.refusedMembers)
  const { messages } = call
  const tokenLimit = tokenLimitOf(body)
  const brokenOff = () => tools.meter.estimate({ messages, tokenLimit, elapsedMs: tools.now() - startedAt })
  try {
    progress.sent = body
    const timeoutMs = Math.max(1, Math.min(tools.limits.attemptTimeoutMs, progress.deadline - startedAt))
    const most = { failure: 'interrupted', status: null, usage: tools.meter.mostOf({ messages, tokenLimit }) }
    await tools.onSend(progress.attempts, attemptRecord(tools, { ...most, latencyMs: 0 }))
    signal.throwIfAborted()
    isSent = true
    const outcome = await attempt(tools.transport, { body, messages, timeoutMs, brokenOff }, signal)
    const latencyMs = tools.now() - startedAt
    if (outcome.kind === 'answer' && !outcome.usage.isEstimated) tools.meter.observe(messages, outcome.usage, latencyMs)
    slotOutcome = slotOutcomeOf(outcome)
    const isAnswer = outcome.kind === 'answer'
    const { usage } = outcome
    const failure = isAnswer ? null : outcome.failure
    keep(tools, progress, { failure, status: isAnswer ? 200 : outcome.status, usage, latencyMs })
    return outcome
  } catch (error) {
    const latencyMs = tools.now() - startedAt
    // Also where it was only noted: the note ends with the call.
    const usage = isSent ? brokenOff() : nothing
    if (signal.aborted) keep(tools, progress, { failure: 'aborted', status: null, usage, latencyMs })
    throw error
  } finally {
    slot.release(slotOutcome)
  }
}

function slotOutcomeOf(outcome: AnsweredAttempt | AttemptFailure): SlotOutcome {
  if (outcome.kind === 'answer') return 'answered'
  return outcome.failure === 'rate-limit' || outcome.failure === 'overloaded' ? 'congested' : 'other'
}

type Made = Pick<CallAttempt, 'failure' | 'status' | 'latencyMs'> & { readonly usage: CountedUsage }

function keep(tools: AttemptTools, progress: Progress, made: Made): void {
  const record = attemptRecord(tools, made)
  progress.attempts.push(record)
  tools.onAttempt(record)
}

export function attemptRecord({ prices }: Pick<AttemptTools, 'prices'>, made: Made): CallAttempt {
  const { failure, status, latencyMs, usage } = made
  const { inputTokens, outputTokens, isEstimated } = usage
  return {
    failure,
    status,
    inputTokens,
    outputTokens,
    costUsd: costUsd(prices, usage),
    latencyMs,
    ...(isEstimated ? { isEstimated } : {}),
  }
}

/** llama.cpp answers 500 where the chat template refuses a role. */
const refusals: ReadonlySet<string> = new Set(['bad-request', 'server', 'upstream-error'])

type Step =
  | { readonly kind: 'give-up'; readonly message: string }
  | { readonly kind: 'retry'; readonly variation: Variation; readonly delayMs: number }

function nextStep(tools: AttemptTools, failed: AttemptFailure, progress: Progress): Step {
  const { limits } = tools
  const { variation } = progress
  const giveUp = (because: string): Step => ({ kind: 'give-up', message: failed.message + because })
  if (progress.attempts.length >= limits.attempts) return giveUp('')
  const refused = refusals.has(failed.failure) ? refusedMember(failed.message, progress.sent) : null
  if (refused !== null) {
    tools.refusedMembers.add(refused)
    return { kind: 'retry', variation, delayMs: 0 }
  }
  const { resamples, tokenLimit } = variation
  const isRefused = failed.failure === 'context-overflow' || failed.failure === 'bad-request'
  if (isRefused && tokenLimit === 'doubled') {
    return { kind: 'retry', variation: { resamples: resamples + 1, tokenLimit: 'first-again' }, delayMs: 0 }
  }
  const policy = retryPolicies[failed.failure]
  if (policy === 'never' || failed.isPermanent) return giveUp('')
  if (tools.now() >= progress.deadline) return giveUp(`; the call's ${limits.totalTimeoutMs} ms are over`)
  if (policy === 'resample') {
    const isCut = failed.failure === 'truncated-reasoning' && tokenLimit === 'first'
    const next: Variation = { resamples: resamples + 1, tokenLimit: isCut ? 'doubled' : tokenLimit }
    return { kind: 'retry', variation: next, delayMs: 0 }
  }
  const askedMs = failed.retryAfterMs
  if (askedMs !== null && askedMs > limits.maxRetryAfterMs) {
    return giveUp(
      `; it asks to wait ${Math.round(askedMs / 1000)} s, more than the ${limits.maxRetryAfterMs / 1000} s allowed`,
    )
  }
  const failedAttempts = progress.attempts.length
  const delayMs = retryDelayMs(limits, { failedAttempts, askedMs, uniform: tools.random() })
  if (tools.now() + delayMs >= progress.deadline) return giveUp(`; the call's ${limits.totalTimeoutMs} ms are over`)
  return { kind: 'retry', variation, delayMs }
}
