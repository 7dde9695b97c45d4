/**
 * How many attempts are in flight at once. The limit halves when the server says it has too much (429, 503) and grows by
 * one for each limit's worth of good answers: additive increase, multiplicative decrease (Chiu and Jain 1989).
 * One wave of refusals halves it once: attempts that were already under way when it shrank do not shrink it again.
 */

export type SlotOutcome = 'answered' | 'congested' | 'other'

export interface Slot {
  release(outcome: SlotOutcome): void
}

export interface Limiter {
  readonly inFlight: number
  /** In 1..max. */
  readonly limit: number
  /** Waits for a slot, first come first served; retries before newcomers. Rejects with the signal's reason. */
  acquire(options: { readonly isRetry: boolean }, signal?: AbortSignal): Promise<Slot>
}

interface Waiter {
  grant(): void
}

/** @param max attempts in flight at once, an integer of at least 1. */
export function createLimiter(max: number): Limiter {
  if (!Number.isInteger(max) || max < 1) throw new RangeError(`concurrency must be an integer >= 1 (got ${max})`)
  let limit = max
  let inFlight = 0
  let wave = 0
  const newcomers: Set<Waiter> = new Set()
  const retries: Set<Waiter> = new Set()

  const slot = (): Slot => {
    inFlight += 1
    const wavesBefore = wave
    let isHeld = true
    return {
      release: (outcome) => {
        if (!isHeld) return
        isHeld = false
        inFlight -= 1
        if (outcome === 'answered') limit = Math.min(max, limit + 1 / limit)
        if (outcome === 'congested' && wavesBefore === wave) {
          limit = Math.max(1, Math.floor(limit / 2))
          wave += 1
        }
        grantFree()
      },
    }
  }
  const grantFree = (): void => {
    while (inFlight < Math.floor(limit)) {
      const waiters = retries.size > 0 ? retries : newcomers
      const [next] = waiters
      if (next === undefined) return
      waiters.delete(next)
      next.grant()
    }
  }

  return {
    get inFlight() {
      return inFlight
    },
    get limit() {
      return Math.floor(limit)
    },
    acquire: ({ isRetry }, signal) => {
      if (signal?.aborted) return Promise.reject(signal?.reason)
      const isFree = inFlight < Math.floor(limit) && retries.size === 0 && (isRetry || newcomers.size === 0)
      if (isFree) return Promise.resolve(slot())
      return new Promise((resolve, reject) => {
        const waiters = isRetry ? retries : newcomers
        const leave = (): void => {
          waiters.delete(waiter)
          reject(signal?.reason)
        }
        const waiter: Waiter = {
          grant: () => {
            signal?.removeEventListener('abort', leave)
            resolve(slot())
          },
        }
        waiters.add(waiter)
        signal?.addEventListener('abort', leave, { once: true })
      })
    },
  }
}
