/** Errors of selector checkpoints. */
import { BatonError } from '../../core/failure.ts'

export function checkpointError(message: string, hint: string, cause?: unknown): BatonError {
  return new BatonError(message, { boundary: 'engine', code: 'selector-checkpoint', hint, cause })
}
