/** A scripted server plays every row of the response classes, for polling a result and for submitting an operation. */
import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { selfSigned } from '../../../http/testing/self-signed.ts'
import { encodeSampleResponse } from '../../../tinker/index.ts'
import { type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '../testing/scripted-server.ts'
import { poll, submit } from './call.ts'
import type { Notice } from './notices.ts'
import { pollTable, submitTable } from './response-classes.ts'
import { defaultTimeouts, type Timeouts, type WaitContext } from './retry-policy.ts'
import { TinkerError, type TinkerFailureKind } from './tinker-error.ts'
import { createTinkerTransport, type TinkerTransport } from './transport.ts'

const apiKey = 'tml-very-secret'
let server: ScriptedServer
let transport: TinkerTransport
const notices: Notice[] = []
// A server for each test: a request that one test aborted can arrive while the next one counts its own.
beforeEach(async () => {
  notices.length = 0
  server = await startScriptedServer()
  transport = createTinkerTransport({ baseUrl: server.baseUrl, apiKey })
})
afterEach(async () => {
  await transport.close()
  await server.close()
})

const done: ScriptedAnswer = { json: { type: 'optim_step', metrics: {} } }
const tryAgain: ScriptedAnswer = {
  json: { type: 'try_again', request_id: 'f', queue_state: 'paused_capacity', queue_state_reason: 'short on capacity' },
}

/** Waits are a millisecond, so that rows that repeat are played in no time; budgets are long unless a test shortens them. */
function contextOf(changes: Partial<Timeouts> = {}): WaitContext {
  const timeouts = { ...defaultTimeouts, backOffMs: 1, pollSpacingMs: 1, billingPauseMs: 1, ...changes }
  return { transport, timeouts, now: () => performance.now(), notify: (notice) => notices.push(notice) }
}

async function polled(answers: readonly ScriptedAnswer[], changes?: Partial<Timeouts>) {
  server.script('/retrieve_future', ...answers)
  const context = contextOf(changes)
  const result = await poll(context, 'f', { operation: { name: 'optim_step', startedAt: context.now() } })
  return { result, polls: server.seenAt('/retrieve_future').length }
}

async function submitted(answers: readonly ScriptedAnswer[], changes?: Partial<Timeouts>) {
  server.script('/optim_step', ...answers)
  const context = contextOf(changes)
  const body = JSON.stringify({ seq_id: 7 })
  await submit(context, { name: 'optim_step', path: '/optim_step', body, startedAt: context.now() })
  return server.seenAt('/optim_step')
}

const failing = (kind: TinkerFailureKind, message?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof TinkerError, String(error))
  assert.equal(error.kind, kind)
  if (message !== undefined) assert.match(error.message, message)
  assert.ok(!error.message.includes(apiKey))
  assert.ok((error.hint ?? '').length > 10)
  return true
}

// --- polling: what is waited out ---------------------------------------------------------------------------------------

const waitedOut: readonly (readonly [name: string, answers: readonly ScriptedAnswer[], polls: number])[] = [
  ['try_again', [tryAgain, tryAgain, done], 3],
  [
    '408 with a reason, 408 without',
    [
      { status: 408, json: { queue_state: 'active' } },
      { status: 408, json: { detail: 'later' } },
      { status: 408, text: '' },
      done,
    ],
    4,
  ],
  ['complete_metadata', [{ json: { status: 'complete_metadata', response_payload_size: 9 } }, done], 2],
  ['429', [{ status: 429, json: {} }, { status: 429, json: {}, headers: { 'retry-after': '0' } }, done], 3],
  ['500, 502, 503', [{ status: 500, json: {} }, { status: 502, text: '<html>' }, { status: 503, json: {} }, done], 4],
  ['a connection that is closed', ['drop', 'drop', done], 3],
  ['402', [{ status: 402, json: { detail: 'billing' } }, done], 2],
  ['400 once', [{ status: 400, json: { detail: 'hm' } }, done], 2],
  ['a body that is no JSON once', [{ status: 200, text: 'wat' }, done], 2],
]
for (const [name, answers, polls] of waitedOut) {
  test(`a poll waits out ${name}`, async () => {
    const outcome = await polled(answers)
    assert.equal(outcome.result.kind, 'result')
    assert.equal(outcome.polls, polls)
  })
}

test('a poll that the server holds longer than the client waits is asked again', async () => {
  const outcome = await polled(['hang', done], { pollTimeoutMs: 300 })
  assert.equal(outcome.result.kind, 'result')
  assert.equal(outcome.polls, 2)
})

test('201, 202 and protobuf are results too', async () => {
  for (const status of [201, 202])
    assert.equal((await polled([{ status, json: { metrics: {} } }])).result.kind, 'result')
  const bytes = encodeSampleResponse({
    sequences: [],
    prompt_logprobs: null,
    topk_prompt_logprobs: null,
    prompt_cache_hit_tokens: 3,
  })
  const { result } = await polled([{ protobuf: bytes }])
  assert.deepEqual(result.kind === 'result' ? result.answer.body : null, bytes)
})

test('a queue state and its reason are told while it lasts', async () => {
  await polled([tryAgain, done])
  const [notice] = notices
  assert.equal(notice?.kind, 'queue')
  assert.partialDeepStrictEqual(notice, {
    operation: 'optim_step',
    state: 'paused_capacity',
    reason: 'short on capacity',
  })
})

test('a billing pause is told', async () => {
  await polled([{ status: 402, json: {} }, done])
  assert.match(JSON.stringify(notices), /billing/)
})

// --- polling: what ends it ---------------------------------------------------------------------------------------------

const ends: readonly (readonly [name: string, answer: ScriptedAnswer, kind: TinkerFailureKind, polls: number])[] = [
  ['an error of the user', { json: { error: 'bad datum', category: 'user' } }, 'request', 1],
  ['an error of the user in capitals', { json: { error: 'bad datum', category: 'User' } }, 'request', 1],
  ['an error of the server', { json: { error: 'out of memory', category: 'server' } }, 'server', 1],
  ['an error of nobody', { json: { error: 'who knows' } }, 'server', 1],
  ['a RequestFailedResponse', { json: { type: 'RequestFailedResponse', error_message: 'no' } }, 'server', 1],
  ['400 twice', { status: 400, json: { detail: 'the operation failed' } }, 'server', 2],
  ['401', { status: 401, json: { detail: 'no key' } }, 'authentication', 1],
  ['403', { status: 403, json: { detail: 'wrong key' } }, 'authentication', 1],
  ['409', { status: 409, json: { detail: 'Sequence conflict: expected 3, got 2' } }, 'sequence-conflict', 1],
  ['422', { status: 422, json: { detail: 'unknown field' } }, 'request', 1],
  [
    'a sequence conflict as result',
    { json: { error: '[409] Sequence conflict: expected 3, got 2', category: 'user' } },
    'sequence-conflict',
    1,
  ],
  ['a redirect', { status: 302, json: {}, headers: { location: 'http://elsewhere.invalid/' } }, 'reply', 1],
  ['no JSON twice', { status: 200, text: 'wat' }, 'reply', 2],
]
for (const [name, answer, kind, polls] of ends) {
  test(`a poll ends at ${name}`, async () => {
    await assert.rejects(polled([answer]), failing(kind))
    assert.equal(server.seenAt('/retrieve_future').length, polls)
  })
}

test('a result that is gone is told apart from a failure', async () => {
  for (const status of [404, 410]) {
    server.seen.length = 0
    const { result, polls } = await polled([{ status, json: { detail: 'evicted' } }])
    assert.equal(result.kind, 'gone')
    assert.equal(polls, 1)
  }
})

test('5xx and silence end with the outage budget, pending with the deadline, which says what it waited for', async () => {
  await assert.rejects(polled([{ status: 503, json: {} }], { outageMs: 30 }), failing('unreachable'))
  await assert.rejects(polled(['drop'], { outageMs: 30 }), failing('unreachable'))
  await assert.rejects(
    polled([tryAgain], { deadlineMs: 50 }),
    failing('deadline', /paused_capacity, short on capacity/),
  )
  await assert.rejects(polled([{ status: 429, json: {} }], { deadlineMs: 50 }), failing('deadline'))
  await assert.rejects(polled(['hang'], { deadlineMs: 300 }), failing('deadline'))
})

test('a pause that the operation has no time for ends it at once, whether asked for in seconds or by date', async () => {
  const busy = (seconds: string): ScriptedAnswer => ({ status: 429, json: {}, headers: { 'retry-after': seconds } })
  await assert.rejects(polled([busy('7200')]), failing('deadline', /asks to wait 7200 s, more than the 3600 s left/))
  assert.equal(server.seenAt('/retrieve_future').length, 1)
  const inTwoHours = new Date(Date.now() + 7_200_000).toUTCString()
  await assert.rejects(polled([busy(inTwoHours)]), failing('deadline', /asks to wait/))
})

test('a certificate that is not trusted ends an operation at once and says what to do', async (t) => {
  const secure = createServer(selfSigned)
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  const { port } = secure.address() as AddressInfo
  const client = createTinkerTransport({ baseUrl: `https://localhost:${port}` })
  t.after(async () => {
    await client.close()
    secure.close()
  })
  const context = { ...contextOf(), transport: client }
  const operation = { name: 'sample', startedAt: context.now() }
  await assert.rejects(poll(context, 'f', { operation }), failing('unreachable', /NODE_EXTRA_CA_CERTS/))
})

test('a proper answer starts the outage budget anew', async () => {
  const bad: ScriptedAnswer = { status: 500, json: {} }
  let time = 0
  server.script('/retrieve_future', bad, tryAgain, bad, tryAgain, bad, done)
  const context = { ...contextOf({ outageMs: 250 }), now: () => (time += 50) }
  const result = await poll(context, 'f', { operation: { name: 'optim_step', startedAt: 0 } })
  assert.equal(result.kind, 'result')
})

test('a poll that is aborted rejects with the reason', async () => {
  server.script('/retrieve_future', 'hang')
  const reason = new Error('enough')
  const controller = new AbortController()
  const context = contextOf()
  const running = poll(context, 'f', {
    operation: { name: 'sample', startedAt: context.now(), signal: controller.signal },
  })
  setImmediate(() => controller.abort(reason))
  await assert.rejects(running, reason)
})

// --- submitting --------------------------------------------------------------------------------------------------------

const repeats: readonly (readonly [name: string, answer: ScriptedAnswer])[] = [
  ['408', { status: 408, json: {} }],
  ['425', { status: 425, json: {} }],
  ['429', { status: 429, json: {} }],
  ['402', { status: 402, json: {} }],
  ['500', { status: 500, json: {} }],
  ['a lost reply', 'drop'],
]
for (const [name, answer] of repeats) {
  test(`a submission is repeated after ${name}, with the same body and key`, async () => {
    const requests = await submitted([answer, answer, { json: { request_id: 'f' } }])
    assert.equal(requests.length, 3)
    assert.equal(new Set(requests.map(({ body }) => body.toString())).size, 1)
    assert.equal(new Set(requests.map(({ headers }) => headers['x-idempotency-key'])).size, 1)
    assert.equal(requests[0]?.headers['x-api-key'], apiKey)
  })
}

const refusals: readonly (readonly [status: number, detail: string, kind: TinkerFailureKind])[] = [
  [400, 'bad', 'request'],
  [401, 'no key', 'authentication'],
  [403, 'wrong key', 'authentication'],
  [404, 'no such model', 'lost'],
  [409, 'Sequence conflict: expected 3, got 2', 'sequence-conflict'],
  [409, 'checkpoint already exists', 'already-exists'],
  [413, 'too large', 'request'],
  [415, 'protobuf only', 'request'],
  [422, 'unknown field', 'request'],
]
for (const [status, detail, kind] of refusals) {
  test(`a submission is not repeated after ${status} (${detail})`, async () => {
    await assert.rejects(submitted([{ status, json: { detail } }]), failing(kind, new RegExp(detail.slice(0, 8))))
    assert.equal(server.seenAt('/optim_step').length, 1)
  })
}

test('a key that a server repeats is taken out of what is told', async () => {
  const answer = { status: 403, json: { detail: `key ${apiKey} is not known` } }
  await assert.rejects(submitted([answer]), failing('authentication', /\[api key\]/))
})

test('every row of the tables is played here', () => {
  // Each row by the sentence that plays it, so that a new row without a test is noticed.
  assert.equal(pollTable.length, 23)
  assert.equal(submitTable.length, 19)
})
