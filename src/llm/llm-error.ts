/**
 * What can go wrong between a chat model and its caller, and what is done about each. A failed attempt is data; only the
 * call whose last attempt failed becomes an error.
 */
import { BatonError, type Boundary } from '../core/failure.ts'
import type { CallAttempt } from '../core/records.ts'
import { remedyFor, type ServiceFailureKind } from '../core/service-failures.ts'
import type { Usage } from './chat-model.ts'

/** Asked again as it is; asked again for another sample; or not asked again. */
export type RetryPolicy = 'again' | 'resample' | 'never'

export const retryPolicies = {
  network: 'again',
  timeout: 'again',
  'rate-limit': 'again',
  overloaded: 'again',
  server: 'again',
  'malformed-body': 'again',
  'upstream-error': 'again',
  'empty-content': 'resample',
  'truncated-reasoning': 'resample',
  'unparsable-output': 'resample',
  // Asked again, a provider may hold it against the account.
  'content-filter': 'never',
  'bad-request': 'never',
  'context-overflow': 'never',
  'request-too-large': 'never',
  'not-found': 'never',
  auth: 'never',
  quota: 'never',
} as const satisfies Record<ServiceFailureKind, RetryPolicy>

export type LlmFailureKind = ServiceFailureKind

/** Who calls: failures are counted under it. */
export type LlmBoundary = Extract<Boundary, 'executor' | 'judge' | 'policy'>

export interface LlmErrorOptions {
  /** Of the call's record in the journal. */
  readonly key: string
  readonly boundary: LlmBoundary
  readonly model: string
  readonly kind: LlmFailureKind
  /** What the server or the socket said last, one line, without secrets. */
  readonly message: string
  /** Of the last attempt; null where no response came. */
  readonly status: number | null
  readonly reasoning: string
  readonly attempts: readonly CallAttempt[]
}

/** A call that failed for good. */
export class LlmError extends BatonError {
  readonly key: string
  readonly kind: LlmFailureKind
  readonly status: number | null
  readonly attempts: readonly CallAttempt[]
  /** Of all attempts together. */
  readonly usage: Usage
  readonly costUsd: number
  /** The model's reasoning before an empty answer, else ''. */
  readonly reasoning: string

  constructor(options: LlmErrorOptions) {
    const { boundary, kind, attempts } = options
    const times = attempts.length > 1 ? ` after ${attempts.length} attempts` : ''
    super(`the ${boundary} ${options.model} failed${times} (${kind}): ${options.message}`, {
      boundary,
      code: kind,
      hint: remedyFor(kind),
      isRetryable: retryPolicies[kind] !== 'never',
      exitCode: 3,
    })
    this.name = 'LlmError'
    this.key = options.key
    this.kind = kind
    this.status = options.status
    this.attempts = attempts
    this.usage = sumUsage(attempts)
    this.costUsd = sumCostUsd(attempts)
    this.reasoning = options.reasoning
  }
}

export function sumUsage(attempts: readonly CallAttempt[]): Usage {
  return {
    inputTokens: attempts.reduce((sum, attempt) => sum + attempt.inputTokens, 0),
    outputTokens: attempts.reduce((sum, attempt) => sum + attempt.outputTokens, 0),
  }
}

export function sumCostUsd(attempts: readonly CallAttempt[]): number {
  return attempts.reduce((sum, attempt) => sum + attempt.costUsd, 0)
}
