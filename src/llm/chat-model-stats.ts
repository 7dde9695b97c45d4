/** What a chat model did so far: what was paid by this process, not what was found in the journal. */
import type { CallAttempt } from '../core/records.ts'
import type { Pricing } from './prices.ts'

export interface ChatModelStats {
  /** Calls asked for: answered, failed, found in the cache or shared. */
  readonly calls: number
  /** Found in the cache: no request, nothing paid. */
  readonly cacheHits: number
  /** Waited for an equal call that was in flight: no request, nothing paid. */
  readonly sharedCalls: number
  /** Calls whose last attempt failed. */
  readonly failedCalls: number
  readonly attempts: number
  /** Attempts that failed, by kind. */
  readonly failures: Readonly<Record<string, number>>
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  /** Where the prices come from; `unpriced` says that `costUsd` is 0 for want of a price. */
  readonly pricing: Pricing['source']
  /** Attempts whose tokens the server did not report. */
  readonly estimatedAttempts: number
  readonly inFlight: number
  /** Attempts allowed in flight at present; falls when the server says it has too much. */
  readonly concurrencyLimit: number
}

export interface StatsCounter {
  readonly counts: { calls: number; cacheHits: number; sharedCalls: number; failedCalls: number }
  addAttempt(attempt: CallAttempt): void
  read(now: Pick<ChatModelStats, 'pricing' | 'inFlight' | 'concurrencyLimit'>): ChatModelStats
}

export function createStatsCounter(): StatsCounter {
  const counts = { calls: 0, cacheHits: 0, sharedCalls: 0, failedCalls: 0 }
  const spent = { attempts: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, estimatedAttempts: 0 }
  const failures: Record<string, number> = {}
  return {
    counts,
    addAttempt: (attempt) => {
      spent.attempts += 1
      spent.inputTokens += attempt.inputTokens
      spent.outputTokens += attempt.outputTokens
      spent.costUsd += attempt.costUsd
      if (attempt.isEstimated === true) spent.estimatedAttempts += 1
      if (attempt.failure !== null) failures[attempt.failure] = (failures[attempt.failure] ?? 0) + 1
    },
    read: (now) => ({ ...counts, ...spent, failures: { ...failures }, ...now }),
  }
}
