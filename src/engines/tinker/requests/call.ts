/**
 * Operations of the server: submit, with the same key and body however often it takes, then poll the result until it is
 * there or timeouts ends. `response-classes.ts` says what each answer means.
 */
import { randomUUID } from 'node:crypto'
import { jsonType, parseBody, type protobufType, untypedFuture } from '../../../tinker/index.ts'
import { pollTable, rowFor, submitTable } from './response-classes.ts'
import { createRetryBudget, type Operation, type WaitContext } from './retry-policy.ts'
import { TinkerError } from './tinker-error.ts'
import type { TinkerResponse } from './transport.ts'

export interface SubmitRequest extends Operation {
  readonly path: string
  readonly body: string | Uint8Array
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly onRateLimit?: () => void
}

/** Sends until it is accepted. @returns the body of the answer. @throws TinkerError. */
export async function submit(context: WaitContext, submission: SubmitRequest): Promise<unknown> {
  const { transport, timeouts, now } = context
  const retryBudget = createRetryBudget(context, submission)
  const headers = { 'x-idempotency-key': randomUUID(), ...submission.headers }
  for (;;) {
    const askedAt = now()
    const exchange = await transport.exchange({
      path: submission.path,
      body: submission.body,
      contentType: submission.contentType ?? jsonType,
      headers,
      timeoutMs: timeouts.requestTimeoutMs,
      signal: submission.signal,
    })
    const row = rowFor(submitTable, exchange)
    if (row.action === 'done') return (exchange as TinkerResponse).json
    if (row.action === 'fail') throw retryBudget.fail(row, exchange)
    if (row.failure === 'rate-limit') submission.onRateLimit?.()
    await retryBudget.wait(row, exchange, askedAt)
  }
}

/** The id of the future that a submission was answered with. */
export async function submitForFuture(context: WaitContext, submission: SubmitRequest): Promise<string> {
  const reply = await submit(context, submission)
  return reading(context, submission.name, () => parseBody(untypedFuture, reply, 'future').request_id)
}

export type FutureResult =
  | { readonly kind: 'result'; readonly answer: TinkerResponse }
  | { readonly kind: 'gone'; readonly error: TinkerError }

/**
 * Polls one future.
 * @param accept `application/x-protobuf` where results are wanted in it.
 * @returns `gone` where the server no longer has the result. @throws TinkerError for every other failure.
 */
export async function poll(
  context: WaitContext,
  requestId: string,
  { operation, accept }: { readonly operation: Operation; readonly accept?: typeof protobufType | undefined },
): Promise<FutureResult> {
  const { transport, timeouts, now } = context
  const retryBudget = createRetryBudget(context, operation)
  const body = JSON.stringify({ request_id: requestId, allow_metadata_only: false })
  for (;;) {
    const askedAt = now()
    const left = operation.startedAt + timeouts.deadlineMs - askedAt
    const exchange = await transport.exchange({
      path: '/retrieve_future',
      body,
      ...(accept === undefined ? {} : { accept: `${accept}, ${jsonType}` }),
      timeoutMs: Math.max(1, Math.min(timeouts.pollTimeoutMs, left)),
      signal: operation.signal,
    })
    const row = rowFor(pollTable, exchange)
    if (row.action === 'done') return { kind: 'result', answer: exchange as TinkerResponse }
    if (row.action === 'resubmit') return { kind: 'gone', error: retryBudget.fail(row, exchange) }
    if (row.action === 'fail') throw retryBudget.fail(row, exchange)
    await retryBudget.wait(row, exchange, askedAt)
  }
}

/** Reads a reply; what is not of the protocol becomes a typed failure. */
export function reading<T>(context: WaitContext, name: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TinkerError(`${name} at ${context.transport.baseUrl}: ${why}`, { kind: 'reply', cause })
  }
}
