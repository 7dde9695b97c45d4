import { BatonError } from '../../core/failure.ts'

export function dataError(code: string, message: string, hint: string, cause?: unknown): BatonError {
  return new BatonError(message, { boundary: 'dataset', code, hint, cause })
}
