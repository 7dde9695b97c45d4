import { BatonError } from '../core/failure.ts'

/** A file of a model that cannot be used: which, what is wrong, what to do. */
export function modelFileError(
  message: string,
  hint = 'Copy or download the file again.',
  cause?: unknown,
): BatonError {
  return new BatonError(message, { boundary: 'engine', code: 'model-file', hint, cause })
}
