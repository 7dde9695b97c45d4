/** What goes wrong between client and training server, by what can be done about it. */
import { BatonError } from '../../../core/failure.ts'

export type TinkerFailureKind =
  /** No connection, or nothing but 5xx, for longer than the outage budget. */
  | 'unreachable'
  /** The operation was not done in its time. */
  | 'deadline'
  | 'authentication'
  | 'billing'
  | 'rate-limit'
  /** The server calls our request wrong. */
  | 'request'
  /** The server failed while working on it. */
  | 'server'
  /** Session, model, sampling session or result is not known (any more): a restart, an eviction, an expiry. */
  | 'lost'
  | 'sequence-conflict'
  | 'already-exists'
  /** A reply that is not of the protocol. */
  | 'reply'
  /** The server cannot do what the configuration asks for. */
  | 'unsupported'

const hints: Readonly<Record<TinkerFailureKind, string>> = {
  unreachable: 'See that the server runs and policy.tinker.baseUrl is its address, then resume.',
  deadline:
    "See the server's log for what it waits for, raise policy.tinker.deadlineMs if it is merely slow, then resume.",
  authentication:
    'Put a key that this server accepts into the environment variable that policy.tinker.apiKeyEnvironment names.',
  billing: "See to the account's billing, then resume.",
  'rate-limit': 'Lower policy.tinker.samplesInFlight, or wait, then resume.',
  request: 'The words of the server say what it does not take; docs/tinker.md has the ways of known servers.',
  server: "See the server's log for the cause, then resume from the last checkpoint.",
  lost: 'The server restarted or gave the session up: resume from the last checkpoint.',
  'sequence-conflict':
    'Another client trains this model, or the server lost an operation: resume from the last checkpoint.',
  'already-exists': 'Choose another name.',
  reply: 'Run "npx baton doctor --server URL" against the server.',
  unsupported: 'Choose a loss or a server that goes with it: docs/tinker.md has the table.',
}

export interface TinkerErrorOptions {
  readonly kind: TinkerFailureKind
  readonly status?: number
  readonly hint?: string
  readonly cause?: unknown
}

export class TinkerError extends BatonError {
  readonly kind: TinkerFailureKind
  /** HTTP status, where an answer was the cause. */
  readonly status: number | undefined

  constructor(message: string, { kind, status, hint, cause }: TinkerErrorOptions) {
    super(message, {
      boundary: 'engine',
      code: `tinker-${kind}`,
      hint: hint ?? hints[kind],
      isRetryable: kind === 'unreachable' || kind === 'deadline' || kind === 'lost' || kind === 'server',
      exitCode: kind === 'authentication' || kind === 'unsupported' ? 2 : 3,
      cause,
    })
    this.name = 'TinkerError'
    this.kind = kind
    this.status = status
  }
}

export function isTinkerError(error: unknown, ...kinds: readonly TinkerFailureKind[]): error is TinkerError {
  return error instanceof TinkerError && kinds.includes(error.kind)
}
