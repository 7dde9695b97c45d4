/** Errors in a configuration: what, where, got, fix. */
import { BatonError } from '../core/failure.ts'

export function configError(code: string, message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'config', code, hint })
}
