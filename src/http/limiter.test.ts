import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createLimiter, type Limiter, type Slot, type SlotOutcome } from './limiter.ts'

const never = new AbortController().signal
const take = (limiter: Limiter, count: number): Promise<Slot[]> =>
  Promise.all(Array.from({ length: count }, () => limiter.acquire({ isRetry: false }, never)))

test('a wave of refusals halves the limit once', async () => {
  const limiter = createLimiter(16)
  const slots = await take(limiter, 16)
  for (const slot of slots) slot.release('congested')
  assert.equal(limiter.limit, 8)
  for (const slot of await take(limiter, 8)) slot.release('congested')
  assert.equal(limiter.limit, 4)
})

test('the limit never falls below one', async () => {
  const limiter = createLimiter(3)
  for (let i = 0; i < 5; i++) {
    for (const slot of await take(limiter, 1)) slot.release('congested')
  }
  assert.equal(limiter.limit, 1)
})

test('a round of good answers widens it by about one, up to the ceiling', async () => {
  const limiter = createLimiter(8)
  for (const slot of await take(limiter, 8)) slot.release('congested')
  const limits: number[] = []
  for (let round = 0; round < 7; round++) {
    for (const slot of await take(limiter, limiter.limit)) slot.release('answered')
    limits.push(limiter.limit)
  }
  assert.ok(limits.every((limit, i) => limit - (limits[i - 1] ?? 4) <= 1))
  assert.equal(limits.at(-1), 8)
  for (const slot of await take(limiter, 8)) slot.release('answered')
  assert.equal(limiter.limit, 8)
})

test('other failures say nothing about the load', async () => {
  const limiter = createLimiter(4)
  for (const slot of await take(limiter, 4)) slot.release('other')
  assert.equal(limiter.limit, 4)
})

test('retries go before newcomers, and both in their order', async () => {
  const limiter = createLimiter(1)
  const [first] = await take(limiter, 1)
  const order: string[] = []
  const wait = async (name: string, isRetry: boolean): Promise<void> => {
    const slot = await limiter.acquire({ isRetry }, never)
    order.push(name)
    slot.release('other')
  }
  const all = [wait('a', false), wait('b', false), wait('retry c', true), wait('retry d', true)]
  first?.release('other')
  await Promise.all(all)
  assert.deepEqual(order, ['retry c', 'retry d', 'a', 'b'])
})

test('one who gives up waiting holds no slot', async () => {
  const limiter = createLimiter(1)
  const [first] = await take(limiter, 1)
  const controller = new AbortController()
  const left = limiter.acquire({ isRetry: false }, controller.signal)
  const stayed = limiter.acquire({ isRetry: false }, never)
  controller.abort('enough')
  await assert.rejects(left, (reason) => reason === 'enough')
  first?.release('other')
  const slot = await stayed
  assert.equal(limiter.inFlight, 1)
  slot.release('other')
  assert.equal(limiter.inFlight, 0)
})

test('a slot released twice is released once', async () => {
  const limiter = createLimiter(2)
  const [first] = await take(limiter, 2)
  first?.release('other')
  first?.release('other')
  assert.equal(limiter.inFlight, 1)
})

test('whatever happens, never more than the limit start, and everyone gets a turn', async () => {
  const outcome = fc.constantFrom<SlotOutcome>('answered', 'congested', 'other')
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.array(outcome, { maxLength: 40 }), async (max, outcomes) => {
      const limiter = createLimiter(max)
      let turns = 0
      await Promise.all(
        outcomes.map(async (result, i) => {
          const slot = await limiter.acquire({ isRetry: i % 3 === 0 }, never)
          turns++
          assert.ok(limiter.inFlight <= max)
          await null
          slot.release(result)
          assert.ok(limiter.limit >= 1 && limiter.limit <= max)
        }),
      )
      assert.equal(turns, outcomes.length)
      assert.equal(limiter.inFlight, 0)
    }),
  )
})
