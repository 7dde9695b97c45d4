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

/** A place that cannot be written to before anything was begun: wrong input. @param fix where to write instead. */
export function notWritable(place: string, cause: unknown, fix: string): BatonError {
  return runError('not-writable', `${place} cannot be written: ${reasonOf(cause)}.`, fix, cause)
}

/** In words where the system's own are its codes. */
function reasonOf(cause: unknown): string {
  const { code, errcode } = cause as { code?: string; errcode?: number }
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  if (code === 'EROFS' || errcode === 8) return 'it is read-only'
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'there is a file where a folder must be'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'ENOENT') return 'its folder does not exist'
  return cause instanceof Error ? cause.message : String(cause)
}

export function runError(code: string, message: string, hint: string, cause?: unknown): BatonError {
  return new BatonError(message, { boundary: 'runs', code, hint, cause })
}
