/** Errors of the run store that a person can act on. */
import { BatonError } from '../core/failure.ts'

/** A write that the disk refused: nothing half-written counts, and the run can go on once there is room. */
export function writeFailed(what: string, cause: unknown): BatonError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new BatonError(`${what} could not be written: ${reason}.`, {
    boundary: 'runs',
    code: 'write-failed',
    exitCode: 3,
    isRetryable: true,
    hint: 'Make room on the disk, or check its permissions, then resume: what was recorded before is safe.',
    cause,
  })
}

export function runError(code: string, message: string, hint: string, cause?: unknown): BatonError {
  return new BatonError(message, { boundary: 'runs', code, hint, cause })
}
