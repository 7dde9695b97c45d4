/** What a body that is not of the protocol becomes. */
import { BatonError } from '../core/failure.ts'

/** @param message says what is wrong with which part; bodies themselves are not repeated. */
export function wireError(message: string, cause?: unknown): BatonError {
  return new BatonError(message, {
    boundary: 'engine',
    code: 'wire-format',
    hint: 'Both sides must speak the Tinker protocol of SDK 0.25; run "npx baton doctor --server URL" against the server.',
    exitCode: 3,
    cause,
  })
}
