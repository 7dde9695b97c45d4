import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import type { CallCache } from '../core/records.ts'
import { selfSigned } from '../http/testing/self-signed.ts'
import { createChatModel } from './create-chat-model.ts'
import { LlmError } from './llm-error.ts'
import {
  cache,
  caught,
  chatModel,
  held,
  heldRequests,
  key,
  letGo,
  messages,
  options,
  requestsOf,
  server,
} from './testing/chat-model-scene.ts'
import { createMemoryCache } from './testing/memory-cache.ts'
import { says, startQuirkServer } from './testing/quirk-server.ts'

describe('what is sent', () => {
  test('model, messages, parameters, seed and extra members; a null member is left out', async () => {
    const model = chatModel('good', { extraBody: { reasoning_effort: 'low', top_p: null } })
    await model.generate(messages, { ...options, temperature: 0.5 })
    assert.deepEqual(requestsOf('good').at(-1)?.body, {
      model: 'good',
      messages,
      temperature: 0.5,
      max_tokens: 100,
      seed: 7,
      reasoning_effort: 'low',
    })
    await model.close()
  })

  test('an empty answer is asked again with another seed, always the same one, and not greedily', async () => {
    const seeds: unknown[] = []
    for (const seed of [7, 7, 8]) {
      const model = chatModel('empty')
      await caught(model.generate(messages, { ...options, seed }))
      await model.close()
      const sent = requestsOf('empty').slice(-3)
      assert.deepEqual(
        sent.map(({ body }) => [body.seed === seed, body.temperature, body.max_tokens]),
        [
          [true, 0, 100],
          [false, 0.6, 100],
          [false, 0.6, 100],
        ],
      )
      seeds.push(sent.map(({ body }) => body.seed))
    }
    assert.deepEqual(seeds[0], seeds[1])
    assert.equal(new Set([seeds[0], seeds[2]].flat()).size, 6)
  })

  test('an answer cut before it began gets twice the tokens, once', async () => {
    const model = chatModel('cut')
    await model.generate(messages, options)
    assert.deepEqual(
      requestsOf('cut').map(({ body }) => body.max_tokens),
      [100, 200, 200],
    )
    await model.close()
  })

  test('twice the tokens that overflow the context are taken back', async () => {
    const model = chatModel('cut, then too long')
    await model.generate(messages, options)
    assert.deepEqual(
      requestsOf('cut, then too long').map(({ body }) => body.max_tokens),
      [100, 200, 100],
    )
    await model.close()
  })
})

describe('cache', () => {
  test('a call found there makes no request and costs what it cost', async () => {
    const model = chatModel('good', { prices: { inputPerMillionUsd: 1, outputPerMillionUsd: 1 } })
    const bought = await model.generate(messages, options)
    const before = server.turns.length
    const found = await model.generate(messages, { ...options, purpose: 'another' })
    assert.equal(server.turns.length, before)
    assert.deepEqual(found, { ...bought, isCached: true, latencyMs: 0 })
    assert.equal(cache.get(bought.key)?.key, bought.key)
    await model.close()
  })

  test('another seed, message, parameter or model is another call; another server is the same call', async () => {
    const other = await startQuirkServer({ good: says('ok') })
    const keyOf = async (change: {
      baseUrl?: string
      model?: string
      temperature?: number
      seed?: number
      text?: string
    }) => {
      const { seed = 7, text = 'x', ...rest } = change
      const own = createMemoryCache()
      const model = chatModel('good', { ...rest, cache: own })
      await model.generate([{ role: 'user', content: text }], { purpose: 'test', seed })
      await model.close()
      return own.records[0]?.key
    }
    const first = await keyOf({})
    assert.match(first ?? '', /^[0-9a-f]{64}$/)
    assert.equal(await keyOf({ baseUrl: other.baseUrl }), first)
    const others = [
      await keyOf({ seed: 8 }),
      await keyOf({ text: 'y' }),
      await keyOf({ temperature: 1 }),
      await keyOf({ model: 'gpt-4o' }),
    ]
    assert.equal(new Set([first, ...others]).size, 5)
    await other.close()
  })

  test('a call that failed for good fails alike when it is made again, without a request; the next client asks anew', async () => {
    const model = chatModel('empty')
    const first = await caught(model.generate(messages, options))
    const before = server.turns.length
    assert.equal(await caught(model.generate(messages, options)), first)
    assert.equal(server.turns.length, before)
    assert.equal(model.stats().failedCalls, 2)
    await model.close()
    const next = chatModel('empty')
    await caught(next.generate(messages, options))
    assert.equal(server.turns.length, before + 3)
    assert.equal(cache.records.length, 2)
    await next.close()
  })

  test('a call that nobody was there to answer is made again', async () => {
    const model = chatModel('busy')
    await caught(model.generate(messages, options))
    const before = server.turns.length
    await caught(model.generate(messages, options))
    assert.ok(server.turns.length > before)
    await model.close()
  })

  test('a record marked as failed is not served, even with an answer in it', async () => {
    const model = chatModel('good')
    await model.generate(messages, options)
    cache.records.splice(0, 1, {
      ...(cache.records[0] as (typeof cache.records)[number]),
      failure: { boundary: 'executor', code: 'aborted', message: 'aborted' },
    })
    assert.equal((await model.generate(messages, options)).isCached, false)
    await model.close()
  })

  test('a cache that cannot keep a call fails it: what is paid for must be on record', async () => {
    const full: CallCache = {
      get: () => undefined,
      put: () => {
        throw new Error('disk full')
      },
    }
    const model = chatModel('good', { cache: full })
    await assert.rejects(model.generate(messages, options), /disk full/)
    await model.close()
  })
})

describe('single flight', () => {
  test('equal calls at once are one request; all but one are cached', async () => {
    const before = server.turns.length
    const model = chatModel('hold')
    const calls = Array.from({ length: 5 }, () => model.generate(messages, options))
    await heldRequests(1)
    letGo()
    const replies = await Promise.all(calls)
    assert.equal(server.turns.length - before, 1)
    assert.equal(replies.filter((reply) => !reply.isCached).length, 1)
    assert.deepEqual(new Set(replies.map((reply) => reply.text)), new Set(['late']))
    assert.equal(model.stats().sharedCalls, 4)
    await model.close()
  })

  test('one caller that gives up leaves the others their answer', async () => {
    const model = chatModel('hold')
    const leaving = new AbortController()
    const left = caught(model.generate(messages, options, leaving.signal))
    const stayed = model.generate(messages, options)
    await heldRequests(1)
    leaving.abort(new Error('enough'))
    letGo()
    assert.match(String(await stayed.then((reply) => reply.text)), /late/)
    await left
    await model.close()
  })

  test('the last caller that gives up ends the request, with its own reason, and the attempt is on record', async () => {
    const model = chatModel('hold')
    const controller = new AbortController()
    const calls = [1, 2].map(() => caught(model.generate(messages, options, controller.signal)))
    await heldRequests(1)
    const reason = new Error('enough')
    controller.abort(reason)
    assert.deepEqual(await Promise.all(calls), [reason, reason])
    assert.deepEqual(
      cache.records.map((record) => [record.failure?.code, record.attempts.length]),
      [['aborted', 1]],
    )
    await model.close()
  })
})

describe('abort and deadlines', () => {
  test('a call aborted in its pause ends at once with the reason', async () => {
    const controller = new AbortController()
    const reason = new Error('stop')
    const model = chatModel('busy', {
      baseDelayMs: 3_600_000,
      maxDelayMs: 3_600_000,
      totalTimeoutMs: 36_000_000,
      sleep: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true })
          controller.abort(reason)
        }),
    })
    assert.equal(await caught(model.generate(messages, options, controller.signal)), reason)
    await model.close()
  })

  test('the real pause can be aborted too', async () => {
    const { sleep: _, ...rest } = { sleep: null, baseDelayMs: 3_600_000, maxDelayMs: 3_600_000, totalTimeoutMs: 3.6e7 }
    const model = createChatModel({ baseUrl: server.baseUrl, model: 'busy', ...rest })
    const before = requestsOf('busy').length
    const controller = new AbortController()
    const failed = caught(model.generate(messages, options, controller.signal))
    while (requestsOf('busy').length === before || model.stats().attempts === 0) {
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    controller.abort('stop')
    assert.equal(await failed, 'stop')
    await model.close()
  })

  test('an aborted signal makes no request', async () => {
    const before = server.turns.length
    const model = chatModel('good')
    assert.equal(await caught(model.generate(messages, options, AbortSignal.abort('no'))), 'no')
    assert.equal(server.turns.length, before)
    await model.close()
  })

  test('no pause is begun that would end after the deadline of the call', async () => {
    // Hours, of which none passes: what is left of them is the real deadline of each attempt.
    let nowMs = 0
    const pauses: number[] = []
    const model = chatModel('busy', {
      attempts: 100,
      totalTimeoutMs: 10_000_000,
      baseDelayMs: 4_000_000,
      maxDelayMs: 4_000_000,
      random: () => 0.999_999_999,
      now: () => nowMs,
      sleep: async (durationMs) => {
        pauses.push(Math.round(durationMs))
        nowMs += durationMs
      },
    })
    const error = await caught(model.generate(messages, options))
    assert.deepEqual(pauses, [4_000_000, 4_000_000])
    assert.match(String(error), /after 3 attempts \(overloaded\).*10000000 ms are over/)
    await model.close()
  })
})

test('no more requests are in flight than the concurrency says', async () => {
  const model = chatModel('hold', { concurrency: 3 })
  const calls = Array.from({ length: 7 }, (_, seed) => model.generate(messages, { purpose: 'test', seed }))
  await heldRequests(3)
  assert.equal(model.stats().inFlight, 3)
  let answered = 0
  while (answered < 7) {
    assert.ok(held.length <= 3)
    answered += held.length
    letGo()
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await Promise.all(calls)
  await model.close()
})

test('the API key is sent and stands in no record, reply, error or inspection', async () => {
  const seen: unknown[] = []
  for (const name of ['good', 'echoes the key', 'says the key', 'empty']) {
    const model = chatModel(name)
    seen.push(await model.generate(messages, options).catch((error: unknown) => error), model, model.stats())
    await model.close()
  }
  assert.equal(requestsOf('good').at(-1)?.headers.authorization, `Bearer ${key}`)
  seen.push(cache.records)
  const shown = seen.map((value) => inspect(value, { depth: 20, showHidden: true }) + JSON.stringify(value)).join('\n')
  assert.ok(shown.includes('[api key]'))
  assert.ok(!shown.includes(key))
})

test('a base URL with a password is refused without showing it', () => {
  assert.throws(
    () => createChatModel({ baseUrl: 'http://me:hunter2@example.com/v1', model: 'm' }),
    (error: Error) => error.name === 'BatonError' && !inspect(error).includes('hunter2'),
  )
})

test('a certificate that is not trusted fails at the first attempt and says what to do', async (t) => {
  const secure = createServer(selfSigned)
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  const { port } = secure.address() as AddressInfo
  const model = createChatModel({ baseUrl: `https://localhost:${port}/v1`, model: 'm' })
  t.after(async () => {
    await model.close()
    secure.close()
  })
  await assert.rejects(
    model.generate(messages, options),
    (error) => error instanceof LlmError && error.attempts.length === 1 && /NODE_EXTRA_CA_CERTS/.test(error.message),
  )
})
