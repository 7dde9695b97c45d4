import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { BatonError } from '../core/failure.ts'
import type { CallRecord } from '../core/records.ts'
import { selfSigned } from '../http/testing/self-signed.ts'
import { listedModels, nearestFirst } from './model-list.ts'
import { type ProbeOptions, probeServer } from './probe-server.ts'
import { completion, inTurn, json, type Quirk, says, startQuirkServer } from './testing/quirk-server.ts'

const list =
  (...names: string[]): Quirk =>
  (response) =>
    json(response, 200, { object: 'list', data: names.map((id) => ({ id, object: 'model' })) })
const status =
  (code: number, message = 'no'): Quirk =>
  (response) =>
    json(response, code, { error: { message } })
const empty: Quirk = (response) => json(response, 200, completion({ content: '' }))
const loading = status(503, 'Loading model')

async function probed(quirks: Record<string, Quirk>, options: Partial<ProbeOptions> = {}) {
  const server = await startQuirkServer(quirks)
  let error: unknown = null
  let warning = ''
  try {
    const answer = await probeServer({
      baseUrl: server.baseUrl,
      model: 'm',
      timeoutMs: 20_000,
      sleep: async () => {},
      ...options,
    })
    warning = answer.warning ?? ''
  } catch (caught) {
    error = caught
  }
  await server.close()
  const { baseUrl, turns } = server
  if (error === null) return { baseUrl, turns, code: null, message: warning, hint: '', exitCode: 0 }
  assert.ok(error instanceof BatonError, String(error))
  const { code, message, hint, exitCode } = error
  return { baseUrl, turns, code, message, hint, exitCode }
}

test('a server that lists the model and answers is fine', async () => {
  const { code, turns } = await probed({ 'GET /v1/models': list('a', 'm'), m: says('ready') })
  assert.equal(code, null)
  assert.equal(turns.length, 2)
})

test('a server without a list of models is judged by its answer', async () => {
  assert.equal((await probed({ 'GET /v1/models': status(404), m: says('ready') })).code, null)
  assert.equal((await probed({ 'GET /v1/models': (r) => json(r, 200, '<html>'), m: says('ready') })).code, null)
})

test('a model that is not listed: what there is, and the nearest name', async () => {
  const { baseUrl, code, message, hint, exitCode } = await probed(
    { 'GET /v1/models': list('openai/gpt-oss-120b'), 'gpt-oss-120b': status(404, 'no such model') },
    { model: 'gpt-oss-120b' },
  )
  assert.deepEqual([code, exitCode], ['model-not-listed', 2])
  assert.equal(
    message,
    `the executor at ${baseUrl} answered, but its model list has no "gpt-oss-120b" (it has: openai/gpt-oss-120b).`,
  )
  assert.equal(hint, 'Set llm.executor.model: openai/gpt-oss-120b.')
})

for (const [what, models] of [
  ['empty', []],
  ['a pattern', ['openai/*']],
  ['a page of a longer one', ['a', 'b']],
] as const)
  test(`a list of models that is ${what} only warns: the answer decides`, async () => {
    const { code, message } = await probed({ 'GET /v1/models': list(...models), m: says('ready') })
    assert.equal(code, null)
    assert.match(message, /^its model list has no "m"/)
  })

const rolesOf = (body: Readonly<Record<string, unknown>> | undefined): string[] =>
  ((body?.['messages'] ?? []) as { role: string }[]).map(({ role }) => role)

test('the probe asks as the run will ask, and finds out what the server does not take', async () => {
  const noSystem = status(400, 'System role not supported')
  const oneOfTwo = status(400, '`temperature` and `top_p` cannot both be specified for this model.')
  const { code, turns } = await probed(
    { 'GET /v1/models': list('m'), m: inTurn(noSystem, oneOfTwo, says('ready')) },
    {
      sampling: { temperature: 0.2, topP: 0.9, maxTokens: 77, extraBody: { reasoning_effort: 'low' } },
      usesSystemRole: true,
    },
  )
  assert.equal(code, null)
  const [, first, , last] = turns.map(({ body }) => body)
  assert.deepEqual(
    [first?.['temperature'], first?.['top_p'], first?.['max_tokens'], first?.['reasoning_effort']],
    [0.2, 0.9, 77, 'low'],
  )
  assert.deepEqual(rolesOf(first), ['system', 'user'])
  assert.deepEqual(rolesOf(last), ['user'])
  assert.equal(last !== undefined && 'top_p' in last, false)
})

test('an address that was pasted with the path of a request is taken without it', async () => {
  const server = await startQuirkServer({ 'GET /v1/models': list('m'), m: says('ready') })
  for (const path of ['/chat/completions', '/chat/completions/', '/models', '/completions'])
    await probeServer({ baseUrl: server.baseUrl + path, model: 'm', timeoutMs: 20_000 })
  assert.deepEqual(new Set(server.turns.map(({ path }) => path)), new Set(['/v1/models', '/v1/chat/completions']))
  await server.close()
  const wrong = await startQuirkServer({ 'GET /models': status(404), m: status(404, 'no such path') })
  const root = wrong.baseUrl.replace('/v1', '')
  const { hint } = await probed({}, { baseUrl: `${root}/chat/completions` })
  await wrong.close()
  assert.equal(hint, `Set llm.executor.baseUrl: ${root}/v1.`)
})

test('where a redirect leads is named', async () => {
  const moved: Quirk = (response) => json(response, 308, '', { location: '/elsewhere/v1?key=secret' })
  const { message } = await probed({ 'GET /v1/models': list('m'), m: moved })
  assert.match(message, /308: it redirects to \/elsewhere\/v1, which is not followed/)
})

test('a file with the authority makes a certificate trusted, without the environment', async (t) => {
  const secure = createServer(selfSigned, (request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify(request.url === '/v1/models' ? { data: [{ id: 'm' }] } : completion({ content: 'ready' })),
    )
  })
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  t.after(() => secure.close())
  const { port } = secure.address() as AddressInfo
  const asked = { baseUrl: `https://localhost:${port}/v1`, model: 'm', timeoutMs: 60_000 }
  await probeServer({ ...asked, authority: selfSigned.cert })
  await assert.rejects(probeServer({ ...asked, baseUrl: `http://localhost:${port}/v1` }), BatonError)
})

test("the judge's server is named as such", async () => {
  const { message, hint } = await probed({ 'GET /v1/models': list('n') }, { boundary: 'judge' })
  assert.match(message, /^the judge at /)
  assert.equal(hint, 'Set llm.judge.model: n.')
})

test('a server that is not there', async () => {
  const server = await startQuirkServer({})
  await server.close()
  const { code, message, hint, exitCode } = await probed({}, { baseUrl: server.baseUrl })
  assert.deepEqual([code, exitCode], ['unreachable', 2])
  assert.match(message, /cannot be reached: connection refused/)
  assert.match(hint ?? '', /Start the server, or set llm\.executor\.baseUrl/)
})

test('a server that loads is waited for, at the list and at the answer', async () => {
  const { code, turns } = await probed({
    'GET /v1/models': inTurn(loading, loading, list('m')),
    m: inTurn(loading, says('ready')),
  })
  assert.equal(code, null)
  assert.equal(turns.length, 5)
})

test('a server that loads for too long', async () => {
  let nowMs = 0
  const sleep = async (durationMs: number): Promise<void> => {
    nowMs += durationMs
  }
  const { code, exitCode, message, turns } = await probed({ 'GET /v1/models': loading }, { now: () => nowMs, sleep })
  assert.deepEqual([code, exitCode], ['loading', 3])
  assert.match(message, /still answered 503 after 20 s/)
  assert.equal(turns.length, 20)
})

test('a key that is refused, and one that is missing', async () => {
  const wrong = await probed({ 'GET /v1/models': status(401) }, { apiKey: 'sk-some-wrong-key' })
  assert.deepEqual([wrong.code, wrong.exitCode], ['auth', 2])
  assert.match(wrong.message, /refused the API key/)
  const missing = await probed({ 'GET /v1/models': list('m'), m: status(401) })
  assert.match(missing.message, /refused a request without an API key/)
  assert.match(missing.hint ?? '', /llm\.executor\.apiKeyEnvironment/)
})

test('a server that says nothing, three times', async () => {
  const { code, exitCode, hint, turns } = await probed({ 'GET /v1/models': list('m'), m: empty })
  assert.deepEqual([code, exitCode], ['mute', 2])
  assert.match(hint ?? '', /reasoningEffort: low/)
  assert.equal(turns.length, 4)
})

test('one empty answer, a cut one, too many requests: there is a model behind them', async () => {
  const cut: Quirk = (response) => json(response, 200, completion({ content: '', reasoning: 'hm' }, 'length'))
  const refusesLimit = status(400, "Unsupported parameter: 'max_tokens' is not supported with this model.")
  for (const quirk of [inTurn(empty, says('ready')), cut, status(429), inTurn(refusesLimit, says('ready'))]) {
    assert.equal((await probed({ 'GET /v1/models': list('m'), m: quirk })).code, null)
  }
})

test('a base URL without /v1 is told what it lacks', async () => {
  const server = await startQuirkServer({ 'GET /models': status(404), m: status(404, 'no such path') })
  const baseUrl = server.baseUrl.replace('/v1', '')
  const { code, hint } = await probed({}, { baseUrl })
  await server.close()
  assert.deepEqual([code, hint], ['not-found', `Set llm.executor.baseUrl: ${server.baseUrl}.`])
})

test('a server that never answers', async () => {
  const { code } = await probed({ 'GET /v1/models': () => {} }, { timeoutMs: 50 })
  assert.equal(code, 'timeout')
})

test('an aborted probe rejects with the reason', async () => {
  const probe = probeServer({ baseUrl: 'http://127.0.0.1:9/v1', model: 'm', timeoutMs: 1000 }, AbortSignal.abort('no'))
  await assert.rejects(probe, (reason) => reason === 'no')
})

test('a recorded list is read: names and aliases, once each', () => {
  const recorded = JSON.parse(readFileSync(new URL('./fixtures/models.json', import.meta.url), 'utf8'))
  assert.deepEqual(listedModels(recorded), ['qwen2-tiny.gguf'])
  assert.deepEqual(listedModels({ data: [{ id: 'a:latest' }, { id: 'b', aliases: ['c'] }, 7] }), [
    'a:latest',
    'a',
    'b',
    'c',
  ])
  for (const body of [null, 7, {}, { data: null }]) assert.equal(listedModels(body), null)
})

test('the nearest name comes first: same last part, then one that begins the same, then the fewest changes', () => {
  assert.deepEqual(nearestFirst(['llama-3', 'qwen3-8b-instruct', 'x/qwen3-8b', 'qwen3-6b'], 'qwen3-8b'), [
    'x/qwen3-8b',
    'qwen3-8b-instruct',
    'qwen3-6b',
    'llama-3',
  ])
})

test('the question is recorded with every attempt, its tokens and its price, whether the server is fit or not', async () => {
  const prices = { inputPerMillionUsd: 1, outputPerMillionUsd: 2 }
  const records: CallRecord[] = []
  const cache = { put: (record: CallRecord) => void records.push(record) }
  await probed({ 'GET /v1/models': list('m'), m: inTurn(empty, says('ready')) }, { prices, cache })
  await probed({ 'GET /v1/models': list('m'), m: empty }, { prices, cache })
  const seen = records.map(({ purpose, attempts, inputTokens, outputTokens, costUsd, failure }) => ({
    purpose,
    failures: attempts.map((attempt) => attempt.failure),
    tokens: [inputTokens, outputTokens],
    microUsd: Math.round(costUsd * 1e6),
    failure: failure?.code ?? null,
  }))
  assert.deepEqual(seen, [
    { purpose: 'probe', failures: ['empty-content', null], tokens: [20, 10], microUsd: 40, failure: null },
    {
      purpose: 'probe',
      failures: ['empty-content', 'empty-content', 'empty-content'],
      tokens: [30, 15],
      microUsd: 60,
      failure: 'empty-content',
    },
  ])
})

test('a certificate that is not trusted is named, with where to read on', async (t) => {
  const secure = createServer(selfSigned)
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  t.after(() => secure.close())
  const { port } = secure.address() as AddressInfo
  await assert.rejects(
    probeServer({ baseUrl: `https://localhost:${port}/v1`, model: 'm', timeoutMs: 60_000 }),
    (error: BatonError) =>
      /certificate is signed by itself/.test(error.message) && /llm\.executor\.caFile/.test(error.hint ?? ''),
  )
})
