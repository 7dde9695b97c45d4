/** A cache of calls that keeps pictures by their hash: a journal of calls with pictures would hold each a thousand times. */
import { hash } from 'node:crypto'
import type { Json } from '../../core/json.ts'
import type { CallCache } from '../../core/records.ts'

/** Calls are found by their key, which is of the whole request: nothing is lost that decides whether two calls are one. */
export function withoutPictures(cache: CallCache): CallCache {
  return {
    ...cache,
    put: (record) => cache.put({ ...record, request: lightened(record.request) }),
  }
}

const hashes = new Map<string, string>()

function lightened(value: Json): Json {
  if (typeof value === 'string') return value.startsWith('data:image/') ? named(value) : value
  if (Array.isArray(value)) return value.map((entry: Json) => lightened(entry))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, lightened(entry as Json)]))
}

function named(url: string): string {
  let name = hashes.get(url)
  if (name === undefined) {
    if (hashes.size > 4096) hashes.clear()
    name = `picture:sha256:${hash('sha256', url)}`
    hashes.set(url, name)
  }
  return name
}
