/** A call cache in memory, for tests. Good calls are found before failed ones, as in the journal. */
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
      return found.find((record) => record.failure === null) ?? found[0]
    },
    put: (record) => {
      records.push(record)
    },
  }
}
