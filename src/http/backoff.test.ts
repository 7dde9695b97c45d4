import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { abortableSleep, backoffMs, retryAfterMs, retryDelayMs } from './backoff.ts'

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
  const now = () => Date.UTC(2026, 0, 1, 0, 0, 0)
  assert.equal(retryAfterMs('3', now), 3000)
  assert.equal(retryAfterMs(' 0.25 ', now), 250)
  assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', now), 60_000)
  assert.equal(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', now), 0)
  assert.equal(retryAfterMs('2026', now), 2_026_000)
  for (const header of [undefined, '', 'soon', '-1', '1e3', ['1', '2']]) {
    assert.equal(retryAfterMs(header, now), null, String(header))
  }
})

test('a pause is never shorter than the server asks for, nor than the back-off, and nothing caps it', () => {
  const delay = (askedMs: number | null, uniform: number): number =>
    retryDelayMs(limits, { failedAttempts: 2, askedMs, uniform })
  assert.deepEqual(
    [delay(null, 0), delay(0, 0), delay(3_600_000, 0), delay(3_600_000, 0.5)],
    [100, 100, 3_600_000, 3_600_050],
  )
})

test('a pause ends by itself or with the reason of the abort', async () => {
  await abortableSleep(1)
  await abortableSleep(-1)
  const controller = new AbortController()
  const pause = abortableSleep(3_600_000, controller.signal)
  controller.abort('enough')
  await assert.rejects(pause, (reason) => reason === 'enough')
  await assert.rejects(abortableSleep(1, AbortSignal.abort('before')), (reason) => reason === 'before')
})
