import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { abortableSleep, backoffMs, retryAfterMs } from './backoff.ts'

const limits = { baseDelayMs: 100, maxDelayMs: 1000 }

test('pauses double up to their maximum; the jitter takes away up to half', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 60].map((failed) => backoffMs(limits, failed, 0)),
    [50, 100, 200, 400, 500, 500],
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 99 }),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (n, u) => {
        const least = backoffMs(limits, n, 0)
        const pause = backoffMs(limits, n, u)
        assert.ok(pause >= least && pause <= 2 * least && pause <= limits.maxDelayMs)
      },
    ),
  )
})

test('Retry-After is read as seconds or as a date', () => {
  const nowMs = Date.UTC(2026, 0, 1, 0, 0, 0)
  assert.equal(retryAfterMs('3', nowMs), 3000)
  assert.equal(retryAfterMs(' 0.25 ', nowMs), 250)
  assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', nowMs), 60_000)
  assert.equal(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', nowMs), 0)
  for (const header of [null, '', 'soon', '-1', '1e3', '2026']) {
    assert.equal(retryAfterMs(header, nowMs), header === '2026' ? 2_026_000 : null, String(header))
  }
})

test('a pause ends by itself or with the reason of the abort', async () => {
  await abortableSleep(1, new AbortController().signal)
  const controller = new AbortController()
  const pause = abortableSleep(3_600_000, controller.signal)
  controller.abort('enough')
  await assert.rejects(pause, (reason) => reason === 'enough')
  await assert.rejects(abortableSleep(1, AbortSignal.abort('before')), (reason) => reason === 'before')
})
