/** What passes between the main thread and a tensor worker. */
import { BatonError, type BatonErrorOptions } from '../core/failure.ts'
import type { WorkerGate } from './worker-gate.ts'

export interface WorkerStart {
  /** Threads of one operator. */
  readonly threads: number
  /** `auto`: onnxruntime where it has a binary, else jax-js. */
  readonly backend: 'auto' | 'onnxruntime' | 'jax-js'
  /** Given to the worker module's `create`. */
  readonly argument: unknown
  readonly gate: WorkerGate
}

export type WorkerRequest =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly argument: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'close' }

export type WorkerReply =
  | { readonly kind: 'ready'; readonly backend: string }
  | { readonly kind: 'refused'; readonly error: PlainError }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: PlainError }

/** An error as data: class instances do not survive the way between threads. */
export interface PlainError {
  readonly message: string
  readonly stack: string | undefined
  /** Set for an error that a person can act on. */
  readonly baton: Omit<BatonErrorOptions, 'cause'> | null
}

export function toPlainError(error: unknown): PlainError {
  if (error instanceof BatonError) {
    const { boundary, code, hint, isRetryable, exitCode } = error
    const baton = { boundary, code, isRetryable, exitCode, ...(hint === undefined ? {} : { hint }) }
    return { message: error.message, stack: error.stack, baton }
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { message, stack, baton: null }
}

export function fromPlainError(plain: PlainError): Error {
  const error = plain.baton === null ? new Error(plain.message) : new BatonError(plain.message, plain.baton)
  if (plain.stack !== undefined) error.stack = plain.stack
  return error
}
