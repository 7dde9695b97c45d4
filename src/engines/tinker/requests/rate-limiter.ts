/**
 * Back-pressure for sample requests on their way to the server: so many at once, so many bytes, and after a 429 a pause
 * and a narrower limit for ten seconds. What is answered with a future has left it; results in flight are limited
 * elsewhere.
 */
import { abortableSleep } from '../../../http/index.ts'

export interface RateLimits {
  readonly requests: number
  readonly bytes: number
  /** Requests at once within `strictMs` of a 429. */
  readonly strictRequests: number
  /** What a byte counts in that time. */
  readonly strictByteFactor: number
  readonly strictMs: number
  /** Pause after a 429 of a request below and above `largeBytes`. */
  readonly pauseMs: number
  readonly largePauseMs: number
  readonly largeBytes: number
}

export const defaultRateLimits: RateLimits = {
  requests: 400,
  bytes: 10 * 1024 * 1024,
  strictRequests: 10,
  strictByteFactor: 20,
  strictMs: 10_000,
  pauseMs: 1000,
  largePauseMs: 5000,
  largeBytes: 128 * 1024,
}

export interface RateLimiter {
  /** Runs `send` when there is room. `onRateLimit` is for `send` to call at a 429. */
  pass<T>(bytes: number, send: (onRateLimit: () => void) => Promise<T>, signal?: AbortSignal): Promise<T>
}

export function createRateLimiter(now: () => number, limits: RateLimits = defaultRateLimits): RateLimiter {
  let requests = 0
  let bytesOut = 0
  let limitedAt = Number.NEGATIVE_INFINITY
  let closedUntil = Number.NEGATIVE_INFINITY
  const waiting: (() => void)[] = []

  function hasRoom(bytes: number): boolean {
    const isStrict = now() - limitedAt < limits.strictMs
    if (requests === 0) return true
    const weight = isStrict ? limits.strictByteFactor : 1
    return (
      requests < (isStrict ? limits.strictRequests : limits.requests) && (bytesOut + bytes) * weight <= limits.bytes
    )
  }

  async function enter(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      signal?.throwIfAborted()
      const closedMs = closedUntil - now()
      if (closedMs > 0) await abortableSleep(closedMs, signal)
      else if (hasRoom(bytes)) {
        // Taken here, before anyone else looks.
        requests += 1
        bytesOut += bytes
        if (hasRoom(0)) waiting.shift()?.()
        return
      } else await room(signal)
    }
  }

  function room(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        signal?.removeEventListener('abort', go)
        const at = waiting.indexOf(go)
        if (at >= 0) waiting.splice(at, 1)
        resolve()
      }
      waiting.push(go)
      signal?.addEventListener('abort', go, { once: true })
    })
  }

  return {
    async pass(bytes, send, signal) {
      await enter(bytes, signal)
      try {
        return await send(() => {
          limitedAt = now()
          const pauseMs = bytes > limits.largeBytes ? limits.largePauseMs : limits.pauseMs
          closedUntil = Math.max(closedUntil, limitedAt + pauseMs)
        })
      } finally {
        requests -= 1
        bytesOut -= bytes
        waiting.shift()?.()
      }
    },
  }
}
