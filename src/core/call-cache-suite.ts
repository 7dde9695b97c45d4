/** The suite that every `CallCache` passes: the journal of a run, the cache in memory, and what is put around them. */
import assert from 'node:assert/strict'
import { type ContractSubject, contractOf } from '../testing/contract.ts'
import type { CallCache, CallRecord, PendingCall } from './records.ts'

export type CallCachePart = 'keeps' | 'notes'

export interface CallCacheScene {
  readonly cache: CallCache
  /** Calls that have begun and not ended, where the cache can say. */
  pending?(): readonly string[]
}

export function callCacheContract(subject: ContractSubject<CallCachePart, CallCacheScene>): void {
  const check = contractOf(subject)

  check('keeps', 'what was put is found by its key, as it was, and nothing else is', async ({ cache }) => {
    const records = [
      callRecordOf('a'),
      callRecordOf('b', { response: { text: 'é "x" \n', list: [1, null, { deep: true }] } }),
    ]
    for (const record of records) cache.put(record)
    for (const record of records) assert.deepEqual(cache.get(record.key), record)
    for (const key of ['c', '', 'A', "a' OR '1'='1"]) assert.equal(cache.get(key), undefined)
  })

  check('keeps', 'an answer is found before a failure, whichever was put first', async ({ cache }) => {
    const failure = { boundary: 'judge', code: 'timeout', message: 'no answer' } as const
    cache.put(callRecordOf('a', { failure, response: null }))
    assert.equal(cache.get('a')?.failure?.code, 'timeout')
    cache.put(callRecordOf('a'))
    cache.put(callRecordOf('a', { failure, response: null }))
    assert.deepEqual(cache.get('a'), callRecordOf('a'))
  })

  check('keeps', 'of several answers, and of several failures, the newest is found', async ({ cache }) => {
    const failure = { boundary: 'judge', code: 'timeout', message: 'no answer' } as const
    cache.put(callRecordOf('f', { failure }))
    cache.put(callRecordOf('f', { failure: { ...failure, code: 'network' } }))
    assert.equal(cache.get('f')?.failure?.code, 'network')
    cache.put(callRecordOf('a', { response: 'old' }))
    cache.put(callRecordOf('a', { response: 'new' }))
    assert.equal(cache.get('a')?.response, 'new')
  })

  check('notes', 'a call that has begun is pending, is not found, and ends when it is put', async (scene) => {
    const { cache, pending } = scene
    assert.ok(cache.begin !== undefined && pending !== undefined, 'the subject notes nothing and declares no skip')
    await cache.begin(pendingCallOf('a'))
    await Promise.all([cache.begin(pendingCallOf('b')), cache.begin(pendingCallOf('a'))])
    assert.deepEqual(pending(), ['a', 'b'])
    assert.equal(cache.get('a'), undefined)
    cache.put(callRecordOf('a'))
    assert.deepEqual(pending(), ['b'])
    assert.deepEqual(cache.get('a'), callRecordOf('a'))
  })
}

export function callRecordOf(key: string, changes: Partial<CallRecord> = {}): CallRecord {
  return {
    version: 1,
    key,
    purpose: 'judge',
    model: 'm',
    request: { messages: [] },
    response: { text: 'True' },
    failure: null,
    attempts: [{ failure: null, status: 200, inputTokens: 3, outputTokens: 1, costUsd: 0.5, latencyMs: 9 }],
    inputTokens: 3,
    outputTokens: 1,
    costUsd: 0.5,
    ...changes,
  }
}

export function pendingCallOf(key: string): PendingCall {
  const attempt = { failure: 'interrupted', status: null, inputTokens: 5, outputTokens: 100, costUsd: 2, latencyMs: 0 }
  const attempts = [{ ...attempt, isEstimated: true }]
  return { version: 1, key, purpose: 'judge', model: 'm', boundary: 'judge', attempts }
}
