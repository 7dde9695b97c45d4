/** Waiting that an abort ends, and how long to wait before the n-th repetition. */
import { setTimeout as wait } from 'node:timers/promises'

/** Rejects with the signal's reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  if (ms <= 0) return
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/** 1, 2, 4, ... times `firstMs`, at most 30 times, with up to a quarter more at random so that many do not come at once. */
export function backOffMs(firstMs: number, repetition: number, retryAfterMs: number | null = null): number {
  const own = firstMs * Math.min(30, 2 ** Math.min(repetition, 10))
  return Math.max(own * (1 + Math.random() / 4), Math.min(retryAfterMs ?? 0, 60_000))
}

/** The promise, or the signal's reason when that comes first; what the promise does then goes unheard. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    promise.catch(() => undefined)
  }
}
