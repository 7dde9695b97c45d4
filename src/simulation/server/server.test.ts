import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { after, test } from 'node:test'
import type { Json } from '../../core/json.ts'
import { defaultSkills, think } from '../solver/index.ts'
import { type Simulator, type StartOptions, startSimulator } from './server.ts'

const opened: Simulator[] = []
after(() => Promise.all(opened.map((simulator) => simulator.close())))

async function start(options: StartOptions): Promise<Simulator> {
  const simulator = await startSimulator(options)
  opened.push(simulator)
  return simulator
}

const echo: StartOptions['answer'] = (messages, { seed }) => ({
  content: `${seed}: ${messages.at(-1)?.content}`,
  reasoning: '',
})
const messages = [{ role: 'user' as const, content: 'A pen costs 3 dollars. How much do 4 pens cost?' }]

interface Body {
  readonly choices: readonly { readonly message: { readonly content: string | null } }[]
  readonly error: { readonly message: string; readonly type: string }
}

async function ask(simulator: Simulator, body: unknown): Promise<{ response: Response; body: Body }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(`${simulator.baseUrl}/chat/completions`, { method: 'POST', body: text })
  return { response, body: (await response.json()) as Body }
}

test('in its own thread it answers as the solver does, by the seed of the request', async () => {
  const simulator = await start({})
  for (const seed of [1, 2]) {
    const { body } = await ask(simulator, { model: simulator.model, messages, seed })
    assert.equal(body.choices[0]?.message.content, think(messages, { seed, skills: defaultSkills }).content)
  }
})

test('it says in its list of models that it is a simulator, and that it is well', async () => {
  const simulator = await start({ answer: echo, model: 'stand-in' })
  const list = (await (await fetch(`${simulator.baseUrl}/models`)).json()) as { data: Record<string, Json>[] }
  assert.equal(list.data[0]?.id, 'stand-in')
  assert.equal(list.data[0]?.owned_by, 'baton simulator')
  const health = await fetch(simulator.baseUrl.replace('/v1', '/health'))
  assert.deepEqual(await health.json(), { status: 'ok' })
})

test('it listens on this machine only', async () => {
  const simulator = await start({ answer: echo })
  assert.match(simulator.baseUrl, /^http:\/\/127\.0\.0\.1:\d+\/v1$/)
})

test('without a seed the messages decide the draw', async () => {
  const simulator = await start({ answer: echo })
  const texts = await Promise.all(
    ['x', 'x', 'y'].map(async (content) => {
      const { body } = await ask(simulator, { model: 'simulator', messages: [{ role: 'user', content }] })
      return body.choices[0]?.message.content?.split(':')[0]
    }),
  )
  assert.equal(texts[0], texts[1])
  assert.notEqual(texts[0], texts[2])
})

test('requests that make no sense are refused with the words of such servers', async () => {
  const simulator = await start({ answer: echo })
  const cases: [body: unknown, status: number, message: RegExp][] = [
    ['{"model', 400, /not JSON/],
    [[], 400, /not a JSON object/],
    [{ model: 'gpt-4o', messages }, 404, /"gpt-4o" does not exist \(there is: simulator\)/],
    [{ model: 'simulator' }, 400, /"messages"/],
    [{ model: 'simulator', messages: [{ role: 'user' }] }, 400, /"content"/],
    [{ model: 'simulator', messages, n: 0 }, 400, /"n"/],
    [{ model: 'simulator', messages, max_tokens: 1.5 }, 400, /"max_tokens"/],
  ]
  for (const [request, status, message] of cases) {
    const { response, body } = await ask(simulator, request)
    assert.equal(response.status, status)
    assert.match(body.error.message, message)
  }
  assert.equal((await fetch(`${simulator.baseUrl}/embeddings`)).status, 404)
})

test('a stream is server-sent events that end with [DONE]', async () => {
  const simulator = await start({ answer: echo })
  const body = JSON.stringify({
    model: 'simulator',
    messages,
    seed: 5,
    stream: true,
    stream_options: { include_usage: true },
  })
  const response = await fetch(`${simulator.baseUrl}/chat/completions`, { method: 'POST', body })
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const frames = (await response.text()).split('\n\n').filter((frame) => frame !== '')
  assert.equal(frames.pop(), 'data: [DONE]')
  const chunks = frames.map((frame) => JSON.parse(frame.replace(/^data: /, '')))
  const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')
  assert.equal(text, `5: ${messages[0]?.content}`)
  assert.equal(chunks.at(-1).usage.prompt_tokens, 16)
})

test('refusals come as 429 with Retry-After, 500 and 503; an error may stand in a 200', async () => {
  const simulators = await Promise.all(
    (['rateLimit', 'serverError', 'loading', 'errorIn200'] as const).map((name) =>
      start({ answer: echo, faults: { [name]: 1, retryAfterSeconds: 3 } }),
    ),
  )
  const replies = await Promise.all(simulators.map((simulator) => ask(simulator, { model: 'simulator', messages })))
  assert.deepEqual(
    replies.map(({ response }) => response.status),
    [429, 500, 503, 200],
  )
  assert.equal(replies[0]?.response.headers.get('retry-after'), '3')
  assert.equal(replies[2]?.body.error.message, 'Loading model')
  for (const { body } of replies) assert.equal(typeof body.error.message, 'string')
})

test('garbage is not JSON, and a reset connection ends in mid-body', async () => {
  const garbage = await start({ answer: echo, faults: { garbage: 1 } })
  const reset = await start({ answer: echo, faults: { reset: 1 } })
  await assert.rejects(ask(garbage, { model: 'simulator', messages }), SyntaxError)
  await assert.rejects(ask(reset, { model: 'simulator', messages }), TypeError)
})

test('while it loads, everything is answered 503, for as many requests as asked', async () => {
  const simulator = await start({ answer: echo, faults: { loadingForRequests: 2 } })
  const statuses: number[] = []
  for (let i = 0; i < 3; i++) statuses.push((await fetch(`${simulator.baseUrl}/models`)).status)
  assert.deepEqual(statuses, [503, 503, 200])
})

test('a port that is taken is an error that names the fix, in either thread', async () => {
  const { port } = await start({ answer: echo })
  for (const options of [{ port, answer: echo }, { port }]) {
    await assert.rejects(startSimulator(options), { name: 'BatonError', code: 'cannot-listen', message: /EADDRINUSE/ })
  }
})

test('a body above 32 MiB is refused, announced or in pieces', async () => {
  const simulator = await start({ answer: echo })
  const piece = new Uint8Array(2 ** 20)
  const bodies = [new Uint8Array(33 * 2 ** 20), ReadableStream.from(Array.from({ length: 33 }, () => piece))]
  for (const body of bodies) {
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    const response = await fetch(`${simulator.baseUrl}/chat/completions`, init)
    assert.equal(response.status, 413)
    assert.match(((await response.json()) as Body).error.message, /longer than 32 MiB/)
  }
})

test('a question whose client has gone away is not worked out', async () => {
  const asked: unknown[] = []
  const simulator = await start({
    answer: (given) => {
      asked.push(given.at(-1)?.content)
      return { content: '', reasoning: '' }
    },
    latencyMs: 100,
  })
  const url = `${simulator.baseUrl}/chat/completions`
  const body = (content: string): string =>
    JSON.stringify({ model: 'simulator', messages: [{ role: 'user', content }] })
  const first = request(url, { method: 'POST' })
  first.on('error', () => undefined)
  first.end(body('first'))
  await once(first, 'finish')
  // What the server answers after the first was sent, it answers after the first has come in.
  await (await fetch(`${simulator.baseUrl}/models`)).text()
  first.destroy()
  await (await fetch(url, { method: 'POST', body: body('second') })).text()
  assert.deepEqual(asked, ['second'])
})
