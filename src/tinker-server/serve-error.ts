/** Errors of the server, each with the status it is answered with. */
import { BatonError } from '../core/failure.ts'

export class ServeError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'ServeError'
    this.status = status
  }
}

export const notFound = (what: string): ServeError => new ServeError(404, `${what} is not known to this server`)

/** What an operation that failed says to its client, and whose fault it is. */
export interface OperationFailure {
  readonly error: string
  readonly category: 'user' | 'server'
}

export function failureOf(error: unknown): OperationFailure {
  const message = error instanceof Error ? error.message : String(error)
  const isUser = error instanceof ServeError || error instanceof BatonError || error instanceof RangeError
  return { error: message, category: isUser ? 'user' : 'server' }
}
