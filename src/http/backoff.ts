/** Pauses between attempts: exponential with jitter, never shorter than the server asks for; every pause can be aborted. */

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

export interface FailedAttempt {
  /** With this one, at least 1. */
  readonly failedAttempts: number
  /** What the server asked to wait, in ms; null where it asked for nothing. */
  readonly askedMs: number | null
  /** In [0, 1): the jitter. */
  readonly uniform: number
}

/**
 * Pause before the next attempt, in ms: what the server asks for, with jitter on top so that many do not come at once, but
 * at least the pause of the back-off. Nothing caps it: a caller who cannot wait that long gives up instead of asking early.
 */
export function retryDelayMs(limits: BackoffLimits, { failedAttempts, askedMs, uniform }: FailedAttempt): number {
  const ownMs = backoffMs(limits, failedAttempts, uniform)
  return askedMs === null ? ownMs : Math.max(askedMs + limits.baseDelayMs * uniform, ownMs)
}

/**
 * Reads Retry-After: seconds (fractions too) or an HTTP date.
 * @param now milliseconds since 1970; asked for a date alone.
 * @returns ms to wait, at least 0; null where the header is missing or unreadable.
 */
export function retryAfterMs(header: string | readonly string[] | undefined, now: () => number): number | null {
  if (typeof header !== 'string') return null
  const text = header.trim()
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - now())
}

/** Resolves after `durationMs`; rejects with the signal's reason as soon as it is aborted. */
export function abortableSleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      },
      Math.max(0, durationMs),
    )
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
