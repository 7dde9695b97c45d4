import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRateLimiter, type RateLimits } from './rate-limiter.ts'

const limits: RateLimits = {
  requests: 4,
  bytes: 1000,
  strictRequests: 1,
  strictByteFactor: 20,
  strictMs: 10_000,
  pauseMs: 5,
  largePauseMs: 25,
  largeBytes: 500,
}

/** How many were on their way at once, at most, of `count` requests. */
async function mostAtOnce(
  rateLimiter: ReturnType<typeof createRateLimiter>,
  count: number,
  bytes: number,
): Promise<number> {
  let open = 0
  let most = 0
  const send = async (): Promise<void> => {
    open += 1
    most = Math.max(most, open)
    await new Promise((resolve) => setImmediate(resolve))
    open -= 1
  }
  await Promise.all(Array.from({ length: count }, () => rateLimiter.pass(bytes, send)))
  return most
}

test('requests and bytes on their way are limited, one that is larger than the limit goes alone', async () => {
  const rateLimiter = createRateLimiter(() => 0, limits)
  assert.equal(await mostAtOnce(rateLimiter, 20, 1), 4)
  assert.equal(await mostAtOnce(rateLimiter, 20, 400), 2)
  assert.equal(await mostAtOnce(rateLimiter, 5, 5000), 1)
})

test('after a 429 the rateLimiter closes for a moment and is narrow for ten seconds', async () => {
  let time = 0
  // A clock that stands still would leave the rateLimiter closed for ever: each look at it is a millisecond.
  const rateLimiter = createRateLimiter(() => time++, limits)
  await rateLimiter.pass(1, async (onRateLimit) => onRateLimit())
  const limited = time
  assert.equal(await mostAtOnce(rateLimiter, 8, 1), 1)
  assert.ok(time - limited >= limits.pauseMs)
  time += 20_000
  assert.equal(await mostAtOnce(rateLimiter, 8, 1), 4)
})

test('a request that is aborted while it waits gives its place to the others', async () => {
  const rateLimiter = createRateLimiter(() => 0, { ...limits, requests: 1 })
  const controller = new AbortController()
  const reason = new Error('enough')
  let release = (): void => undefined
  const first = rateLimiter.pass(
    1,
    () =>
      new Promise<void>((resolve) => {
        release = resolve
      }),
  )
  const second = rateLimiter.pass(1, async () => 'second', controller.signal)
  const third = rateLimiter.pass(1, async () => 'third')
  await new Promise((resolve) => setImmediate(resolve))
  controller.abort(reason)
  await assert.rejects(second, reason)
  release()
  await first
  assert.equal(await third, 'third')
})
