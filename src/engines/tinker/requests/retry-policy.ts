/**
 * How long one operation may take: it ends at its deadline, and sooner when the server has not given a proper answer for
 * the outage budget. Decides from a response class whether and when the next exchange takes place.
 */
import { abortableSleep, retryDelayMs } from '../../../http/index.ts'
import type { Notice } from './notices.ts'
import { detailOf, queueStateOf, type ResponseClass } from './response-classes.ts'
import { TinkerError, type TinkerFailureKind } from './tinker-error.ts'
import type { Exchange, TinkerTransport } from './transport.ts'

/** Times in milliseconds. */
export interface Timeouts {
  /** From the submission of an operation to its result. */
  readonly deadlineMs: number
  /** Without a proper answer of the server. */
  readonly outageMs: number
  /** Of one poll; the server holds it for less or more. */
  readonly pollTimeoutMs: number
  /** Of every other exchange. */
  readonly requestTimeoutMs: number
  /** First wait of the back-off. */
  readonly backOffMs: number
  /** Least time between two polls that the server answers at once. */
  readonly pollSpacingMs: number
  readonly billingPauseMs: number
}

export const defaultTimeouts: Timeouts = {
  deadlineMs: 3_600_000,
  outageMs: 300_000,
  pollTimeoutMs: 45_000,
  requestTimeoutMs: 60_000,
  backOffMs: 1000,
  pollSpacingMs: 100,
  billingPauseMs: 5000,
}

export interface Operation {
  /** For messages: `sample`, `forward_backward`, ... */
  readonly name: string
  readonly startedAt: number
  readonly signal?: AbortSignal | undefined
}

export interface WaitContext {
  readonly transport: TinkerTransport
  readonly timeouts: Timeouts
  readonly now: () => number
  readonly notify: (notice: Notice) => void
  /** In [0, 1), for the jitter of pauses. Default `Math.random`. */
  readonly random?: () => number
}

/** A pause grows to so many times the first. */
const longestBackOff = 30

/** Counts the answers to one operation. */
export interface RetryBudget {
  /** @returns when the next exchange may take place. @throws TinkerError when there is none. */
  wait(row: ResponseClass, exchange: Exchange, askedAt: number): Promise<void>
  /** A failure at once. */
  fail(row: ResponseClass, exchange: Exchange): TinkerError
}

export function createRetryBudget(context: WaitContext, operation: Operation): RetryBudget {
  const { timeouts, now, transport, notify, random = Math.random } = context
  let repetitions = 0
  let outageSince: number | null = null
  let retried = new Set<string>()
  let queue = ''

  function failure(kind: TinkerFailureKind, exchange: Exchange, why: string): TinkerError {
    const seconds = Math.round((now() - operation.startedAt) / 1000)
    const said = exchange.kind === 'response' ? `${exchange.status} ${detailOf(exchange)}`.trim() : exchange.message
    const place = `${operation.name} at ${transport.baseUrl}`
    const waiting = queue === '' ? '' : `; ${queue}`
    return new TinkerError(transport.redact(`${place}: ${why} (${said}; ${seconds} s${waiting})`), {
      kind,
      ...(exchange.kind === 'response' ? { status: exchange.status } : {}),
    })
  }

  async function wait(row: ResponseClass, exchange: Exchange, askedAt: number): Promise<void> {
    const left = operation.startedAt + timeouts.deadlineMs - now()
    if (row.action === 'back-off') outageSince ??= askedAt
    else outageSince = null
    if (outageSince !== null && now() - outageSince > timeouts.outageMs) {
      throw failure('unreachable', exchange, `no proper answer for ${Math.round(timeouts.outageMs / 1000)} s`)
    }
    if (left <= 0) throw failure('deadline', exchange, `not done in ${Math.round(timeouts.deadlineMs / 1000)} s`)
    const pauseMs = waitFor(row, exchange, askedAt)
    const askedMs = exchange.kind === 'response' ? (exchange.retryAfterMs ?? 0) : 0
    if (askedMs > left) {
      const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
      throw failure('deadline', exchange, `it asks to wait ${seconds(askedMs)}, more than the ${seconds(left)} left`)
    }
    await abortableSleep(Math.min(left, Math.max(askedMs, pauseMs)), operation.signal)
  }

  function waitFor(row: ResponseClass, exchange: Exchange, askedAt: number): number {
    switch (row.action) {
      case 'again':
        repetitions = 0
        notifyQueue(exchange)
        return timeouts.pollSpacingMs - (now() - askedAt)
      case 'billing-pause':
        notify({ kind: 'warning', message: `${transport.baseUrl} waits for billing; asking again` })
        return timeouts.billingPauseMs
      case 'retry-once':
        if (retried.has(row.name)) throw failure(row.failure, exchange, row.name)
        retried = new Set([...retried, row.name])
        return timeouts.backOffMs / 4
      default:
        repetitions += 1
        return retryDelayMs(
          { baseDelayMs: timeouts.backOffMs, maxDelayMs: longestBackOff * timeouts.backOffMs },
          {
            failedAttempts: repetitions,
            askedMs: exchange.kind === 'response' ? exchange.retryAfterMs : null,
            uniform: random(),
          },
        )
    }
  }

  function notifyQueue(exchange: Exchange): void {
    const stated = exchange.kind === 'response' ? queueStateOf(exchange) : null
    if (stated === null) return
    const { state, reason } = stated
    queue = `queue: ${state}${reason === null ? '' : `, ${transport.redact(reason)}`}`
    notify({ kind: 'queue', operation: operation.name, state, reason, waitedMs: now() - operation.startedAt })
  }

  return { wait, fail: (row, exchange) => failure(row.failure, exchange, row.name) }
}
