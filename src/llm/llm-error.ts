/**
 * What can go wrong between a chat model and its caller, and what is done about each. A failed attempt is data; only the
 * call whose last attempt failed becomes an error.
 */
import { BatonError, type Boundary } from '../core/failure.ts'
import type { CallAttempt } from '../core/records.ts'
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
  'bad-request': 'never',
  'context-overflow': 'never',
  auth: 'never',
  quota: 'never',
} as const satisfies Record<string, RetryPolicy>

export type LlmFailureKind = keyof typeof retryPolicies

/** Nobody was there to answer, whatever was asked: the same call may go better later. */
export const absences: ReadonlySet<LlmFailureKind> = new Set(['network', 'overloaded', 'auth', 'quota'])

const hints: Readonly<Record<LlmFailureKind, string>> = {
  network: 'Check that the server runs and that its address is right.',
  timeout: 'Raise attemptTimeoutMs, or lower concurrency so that the server queues less.',
  'rate-limit': 'Lower concurrency, or wait until the limit of the account is free again.',
  overloaded: 'Wait until the server has loaded its model, or lower concurrency.',
  server: "Look into the server's own log.",
  'malformed-body': 'Check that the address is that of an OpenAI-compatible server, up to and with /v1.',
  'upstream-error': "Look at the provider's status page, or choose another provider.",
  'empty-content': 'Raise maxTokens or attempts, or set reasoningEffort: low.',
  'truncated-reasoning': 'Raise maxTokens, or set reasoningEffort: low.',
  'unparsable-output': "Check that the server's chat template is the model's own.",
  'bad-request': 'Check the model name and the parameters against what the server accepts.',
  'context-overflow': 'Lower maxTokens, shorten the prompt, or start the server with a longer context.',
  auth: 'Set the environment variable that apiKeyEnvironment names to a valid key.',
  quota: 'Add credit to the account, or choose another server.',
}

/** Who calls: failures are counted under it. */
export type LlmBoundary = Extract<Boundary, 'executor' | 'judge' | 'policy'>

export interface LlmErrorOptions {
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
  readonly kind: LlmFailureKind
  readonly status: number | null
  readonly attempts: readonly CallAttempt[]
  /** Of all attempts together. */
  readonly usage: Usage
  readonly costUsd: number
  /** What the model thought before it said nothing, else ''. */
  readonly reasoning: string

  constructor(options: LlmErrorOptions) {
    const { boundary, kind, attempts } = options
    const times = attempts.length > 1 ? ` after ${attempts.length} attempts` : ''
    const isFinal = retryPolicies[kind] === 'never'
    super(`the ${boundary} ${options.model} failed${times} (${kind}): ${options.message}`, {
      boundary,
      code: kind,
      hint: hints[kind],
      isRetryable: !isFinal,
      exitCode: isFinal ? 2 : 3,
    })
    this.name = 'LlmError'
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
