/**
 * Failures as data. A failure is classified once, at the boundary it crossed, and counted in the step's health.
 * Programmer mistakes throw plain errors instead.
 */

export type Boundary =
  | 'policy'
  | 'parse'
  | 'sandbox'
  | 'executor'
  | 'judge'
  | 'dataset'
  | 'config'
  | 'engine'
  | 'runs'
  /** An environment of the user's own threw, or did not end. */
  | 'environment'
  /** A mistake of Baton's own, caught around an attempt. */
  | 'baton'
  | 'reward'

export interface Failure {
  readonly boundary: Boundary
  /** Stable kebab-case name within the boundary, e.g. `deadline`, `rate-limit`, `unknown-key`. Counted as `error/<boundary>/<code>`. */
  readonly code: string
  /** One sentence for the user. */
  readonly message: string
}

export interface BatonErrorOptions {
  readonly boundary: Boundary
  readonly code: string
  /** What to do about it, one sentence, imperative. */
  readonly hint?: string
  readonly isRetryable?: boolean
  /** Process exit code: 2 wrong input, 3 a service failed for good, 4 stopped by a rule or budget. Default 2. */
  readonly exitCode?: 2 | 3 | 4
  /** Options that a resumed run needs to get past this: `--accept-low-signal`. */
  readonly resumeWith?: string
  readonly cause?: unknown
}

/** An error the user can act on: what, where, got, fix. The CLI prints `message` and `hint` and exits with `exitCode`. */
export class BatonError extends Error {
  readonly boundary: Boundary
  readonly code: string
  readonly hint: string | undefined
  readonly isRetryable: boolean
  readonly exitCode: 2 | 3 | 4
  readonly resumeWith: string | undefined

  constructor(message: string, options: BatonErrorOptions) {
    super(message, { cause: options.cause })
    this.name = 'BatonError'
    this.boundary = options.boundary
    this.code = options.code
    this.hint = options.hint
    this.isRetryable = options.isRetryable ?? false
    this.exitCode = options.exitCode ?? 2
    this.resumeWith = options.resumeWith
  }

  toFailure(): Failure {
    return { boundary: this.boundary, code: this.code, message: this.message }
  }
}
