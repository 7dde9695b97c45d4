/** Pauses between attempts: exponential with jitter, or what the server asks for; every pause can be aborted. */

export interface BackoffLimits {
  readonly baseDelayMs: number
  readonly maxDelayMs: number
}

/**
 * Pause after the n-th failed attempt, in ms: between half and all of min(maxDelayMs, baseDelayMs * 2^(n-1)).
 * @param uniform in [0, 1): the jitter.
 */
export function backoffMs(limits: BackoffLimits, failedAttempts: number, uniform: number): number {
  const ceilingMs = Math.min(limits.maxDelayMs, limits.baseDelayMs * 2 ** (failedAttempts - 1))
  return ceilingMs * (0.5 + uniform / 2)
}

/**
 * Reads Retry-After: seconds (fractions too) or an HTTP date.
 * @param nowMs milliseconds since 1970.
 * @returns ms to wait, at least 0; null where the header is missing or unreadable.
 */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null
  const text = header.trim()
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}

/** Resolves after `durationMs`; rejects with the signal's reason as soon as it is aborted. */
export function abortableSleep(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, durationMs)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
