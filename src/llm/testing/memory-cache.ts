/** A call cache in memory, for tests. Good calls are found before failed ones, the newest first, as in the journal. */
import type { CallCache, CallRecord } from '../../core/records.ts'

export interface MemoryCache extends CallCache {
  readonly records: CallRecord[]
}

export function createMemoryCache(): MemoryCache {
  const records: CallRecord[] = []
  return {
    records,
    get: (key) => {
      const found = records.filter((record) => record.key === key)
      return found.findLast((record) => record.failure === null) ?? found.at(-1)
    },
    put: (record) => {
      records.push(record)
    },
  }
}
