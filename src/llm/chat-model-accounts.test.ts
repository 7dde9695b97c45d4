import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CallCache, PendingCall } from '../core/records.ts'
import { LlmError } from './llm-error.ts'
import { cache, caught, chatModel, heldRequests, letGo, messages, options, server } from './testing/chat-model-scene.ts'

describe('what is counted', () => {
  test('tokens and cost of every attempt, in the reply and in the record', async () => {
    const model = chatModel('empty, then good', { prices: { inputPerMillionUsd: 100, outputPerMillionUsd: 1000 } })
    const reply = await model.generate(messages, options)
    assert.deepEqual([reply.usage, reply.attempts], [{ inputTokens: 20, outputTokens: 10 }, 2])
    assert.ok(Math.abs(reply.costUsd - 0.012) < 1e-12)
    const [record] = cache.records
    assert.equal(cache.records.length, 1)
    assert.deepEqual([record?.inputTokens, record?.outputTokens, record?.costUsd], [20, 10, reply.costUsd])
    assert.deepEqual(
      record?.attempts.map(({ failure, status, inputTokens }) => [failure, status, inputTokens]),
      [
        ['empty-content', 200, 10],
        [null, 200, 10],
      ],
    )
    await model.close()
  })

  test('a call that failed: its error and its record carry what it cost', async () => {
    const model = chatModel('empty', { prices: { inputPerMillionUsd: 100, outputPerMillionUsd: 1000 } })
    const error = await caught(model.generate(messages, options))
    assert.ok(error instanceof LlmError)
    assert.deepEqual(error.usage, { inputTokens: 30, outputTokens: 15 })
    assert.ok(Math.abs(error.costUsd - 0.018) < 1e-12)
    const [record] = cache.records
    assert.deepEqual([record?.costUsd, record?.failure?.code, record?.response], [error.costUsd, 'empty-content', null])
    await model.close()
  })

  test('a known model has its price; a server that tells no usage is estimated, and flagged', async () => {
    const known = chatModel('gpt-4o')
    assert.ok(Math.abs((await known.generate(messages, options)).costUsd - (10 * 2.5 + 5 * 10) / 1e6) < 1e-12)
    assert.equal(known.stats().pricing, 'table')
    const untold = chatModel('no usage')
    assert.equal((await untold.generate(messages, options)).usage.outputTokens, 2)
    assert.deepEqual([untold.stats().pricing, untold.stats().estimatedAttempts], ['unpriced', 1])
    await Promise.all([known.close(), untold.close()])
  })
})

describe('what is counted of an attempt that was broken off', () => {
  /** Every request takes so long by this clock. */
  const clockOf = (stepsMs: readonly number[]) => {
    let nowMs = 0
    let at = 0
    return { now: () => nowMs, pass: () => (nowMs += stepsMs[Math.min(at++, stepsMs.length - 1)] ?? 0) }
  }
  const abortedAfter = async (elapsedMs: number, answeredBefore: boolean) => {
    cache.records.splice(0)
    const clock = clockOf([50, elapsedMs])
    const prices = { inputPerMillionUsd: 0, outputPerMillionUsd: 1e6 }
    const model = chatModel('hold', { now: clock.now, prices })
    if (answeredBefore) {
      const first = model.generate(messages, { ...options, seed: 1 })
      await heldRequests(1)
      clock.pass()
      letGo()
      await first
    } else clock.pass()
    const controller = new AbortController()
    const call = caught(model.generate(messages, { ...options, seed: 2 }, controller.signal))
    await heldRequests(1)
    clock.pass()
    controller.abort(new Error('stop'))
    await call
    await model.close()
    letGo()
    const record = cache.records.at(-1)
    assert.equal(record?.failure?.code, 'aborted')
    assert.equal(record?.costUsd, record?.outputTokens)
    return record?.attempts[0]
  }

  test('its output follows from its time and the speed of the answers before it, up to the limit', async () => {
    // The answer before it: 5 tokens in 50 ms, told 10 tokens of input where 5 were estimated.
    const made = await abortedAfter(300, true)
    assert.deepEqual([made?.outputTokens, made?.inputTokens, made?.isEstimated], [30, 10, true])
    assert.equal((await abortedAfter(60_000, true))?.outputTokens, 100)
  })

  test('before the first answer, no server is taken for faster than a token a millisecond', async () => {
    assert.equal((await abortedAfter(40, false))?.outputTokens, 40)
    assert.equal((await abortedAfter(4000, false))?.outputTokens, 100)
  })

  test('a timeout counts alike, the gateway that says so too; a connection that the server broke counts no output', async () => {
    const counted = async (name: string) => {
      // The other two answer at once, however busy the machine is.
      const model = chatModel(name, { attempts: 1, attemptTimeoutMs: name === 'hold' ? 60 : 600_000 })
      await caught(model.generate(messages, options))
      await model.close()
      return cache.records.at(-1)?.attempts[0]
    }
    const [late, gateway, broken] = [await counted('hold'), await counted('gateway'), await counted('breaks')]
    assert.deepEqual([late?.failure, gateway?.failure, broken?.failure], ['timeout', 'timeout', 'network'])
    assert.ok((late?.outputTokens ?? 0) > 0 && (gateway?.outputTokens ?? -1) >= 0)
    assert.equal(broken?.outputTokens, 0)
    for (const made of [late, gateway, broken]) assert.equal(made?.isEstimated, true)
    letGo()
  })
})

describe('what goes out', () => {
  test('is noted before it does, attempt by attempt, with the most that it can use; queued calls are not', async () => {
    const begun: PendingCall[] = []
    const noting: CallCache = { ...cache, begin: (call) => void begun.push(call) }
    const prices = { inputPerMillionUsd: 0, outputPerMillionUsd: 1e6 }
    const model = chatModel('empty first', { cache: noting, prices })
    await model.generate(messages, options)
    assert.deepEqual(
      begun.map(({ attempts }) => attempts.map(({ failure, outputTokens }) => [failure, outputTokens])),
      [
        [['interrupted', 100]],
        [
          ['empty-content', 5],
          ['interrupted', 100],
        ],
      ],
    )
    for (const { attempts, ...call } of begun) {
      const expected = { version: 1, key: cache.records[0]?.key, purpose: 'test', model: model.model }
      assert.deepEqual(call, { ...expected, boundary: 'executor' })
      assert.deepEqual([attempts.at(-1)?.costUsd, attempts.at(-1)?.isEstimated], [100, true])
    }
    await model.close()
    const one = chatModel('hold', { cache: noting, concurrency: 1 })
    const calls = [1, 2, 3].map((seed) => one.generate(messages, { ...options, seed }))
    await heldRequests(1)
    assert.equal(begun.length, 3)
    for (const call of calls) {
      letGo()
      await call
      if (call !== calls.at(-1)) await heldRequests(1)
    }
    assert.equal(begun.length, 5)
    await one.close()
  })
})

describe('a call that waits for its note', () => {
  test('goes out when it is written', async () => {
    const { promise: written, resolve: write } = Promise.withResolvers<void>()
    const model = chatModel('good', { cache: { ...cache, begin: () => written } })
    const before = server.turns.length
    const reply = model.generate(messages, options)
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(server.turns.length, before)
    write()
    await reply
    assert.equal(server.turns.length, before + 1)
    await model.close()
  })

  test('and is aborted meanwhile is not sent, costs nothing, and ends its note', async () => {
    const { promise: written, resolve: write } = Promise.withResolvers<void>()
    const model = chatModel('good', { cache: { ...cache, begin: () => written } })
    const before = server.turns.length
    const controller = new AbortController()
    const reply = model.generate(messages, options, controller.signal)
    controller.abort('enough')
    write()
    await assert.rejects(reply, (reason) => reason === 'enough')
    assert.equal(server.turns.length, before)
    const record = cache.records.at(-1)
    assert.deepEqual([record?.failure?.code, record?.inputTokens, record?.outputTokens], ['aborted', 0, 0])
    await model.close()
  })

  test('and cannot have it written fails, and is not sent', async () => {
    const model = chatModel('good', { cache: { ...cache, begin: () => Promise.reject(new Error('disk full')) } })
    const before = server.turns.length
    await assert.rejects(model.generate(messages, options), /disk full/)
    assert.equal(server.turns.length, before)
    await model.close()
  })
})
