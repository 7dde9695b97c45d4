/** What each kind of server says of its context, and where: as documented and as recorded; and servers that say nonsense. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { longerContext, readServerContext, type ServerContextOptions } from './server-context.ts'

type Route = object | string | ((response: ServerResponse, request: IncomingMessage) => void)

async function contextAt(routes: Readonly<Record<string, Route>>, options: Partial<ServerContextOptions> = {}) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const name = `${request.method} ${request.url}`
    asked.push(name)
    request.resume()
    const route = routes[name]
    if (typeof route === 'function') return route(response, request)
    response.writeHead(route === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(typeof route === 'string' ? route : JSON.stringify(route ?? { error: 'Not Found' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const context = await readServerContext({ baseUrl, model: 'm', timeoutMs: 60_000, ...options })
    return { ...context, asked }
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const list = (...data: object[]) => ({ object: 'list', data })
const plain = { 'GET /v1/models': list({ id: 'm', object: 'model' }) }
const llamaRow = (meta: object) => list({ id: 'm', object: 'model', owned_by: 'llamacpp', meta })
const unknown = { server: null, tokens: null, of: 'request', inputTokens: null, slots: null }

const saying: Record<string, readonly [routes: Readonly<Record<string, Route>>, expected: object]> = {
  'llama.cpp: the list has a slot, the properties have how many': [
    {
      'GET /v1/models': llamaRow({ n_vocab: 49152, n_ctx: 256, n_ctx_train: 8192 }),
      'GET /props': { default_generation_settings: { id: 0, n_ctx: 256 }, total_slots: 4 },
    },
    { server: 'llama.cpp', tokens: 256, slots: 4 },
  ],
  'llama.cpp of before, whose list has what the model was trained for alone': [
    {
      'GET /v1/models': llamaRow({ n_ctx_train: 8192 }),
      'GET /props': { default_generation_settings: { n_ctx: 2048 }, total_slots: 2 },
    },
    { server: 'llama.cpp', tokens: 2048, slots: 2 },
  ],
  'llama.cpp behind a proxy that lets /v1 through alone': [
    { 'GET /v1/models': llamaRow({ n_ctx_train: 8192 }) },
    { server: 'llama.cpp', tokens: 8192, of: 'model' },
  ],
  'llama.cpp, the model asked for by an alias': [
    {
      'GET /v1/models': list(
        { id: 'other', meta: { n_ctx: 64 } },
        { id: 'file.gguf', aliases: ['m'], meta: { n_ctx: 512 } },
      ),
    },
    { server: 'llama.cpp', tokens: 512 },
  ],
  vLLM: [
    { 'GET /v1/models': list({ id: 'm', owned_by: 'vllm', root: 'm', parent: null, max_model_len: 4096 }) },
    { server: 'vLLM', tokens: 4096 },
  ],
  'vLLM, an adapter': [
    {
      'GET /v1/models': list(
        { id: 'base', owned_by: 'vllm', parent: null, max_model_len: 4096 },
        { id: 'm', owned_by: 'vllm', parent: 'base', max_model_len: null },
      ),
    },
    { server: 'vLLM', tokens: 4096 },
  ],
  SGLang: [
    { 'GET /v1/models': list({ id: 'm', owned_by: 'sglang', root: 'm', max_model_len: 40960 }) },
    { server: 'SGLang', tokens: 40960 },
  ],
  'SGLang, whose list is another': [
    { ...plain, 'GET /get_server_info': { context_length: 8192, max_req_input_len: 8186 } },
    { server: 'SGLang', tokens: 8192, inputTokens: 8186 },
  ],
  'Ollama, loaded': [
    {
      ...plain,
      'GET /api/ps': {
        models: [
          { name: 'x:latest', context_length: 1 },
          { name: 'm:latest', context_length: 4096 },
        ],
      },
      'POST /api/show': { model_info: { 'llama.context_length': 131072 } },
    },
    { server: 'Ollama', tokens: 4096 },
  ],
  'Ollama, not loaded, with a length in the model file': [
    {
      ...plain,
      'GET /api/ps': { models: [] },
      'POST /api/show': {
        parameters: 'stop                           "<|im_end|>"\nnum_ctx                        32768',
        model_info: { 'general.architecture': 'qwen2', 'qwen2.context_length': 131072 },
      },
    },
    { server: 'Ollama', tokens: 32768 },
  ],
  'Ollama, not loaded: only what the model can take is known': [
    { ...plain, 'POST /api/show': { model_info: { 'qwen2.context_length': 131072, 'tokenizer.ggml.tokens': null } } },
    { server: 'Ollama', tokens: 131072, of: 'model' },
  ],
  'LM Studio, loaded': [
    {
      ...plain,
      'GET /api/v0/models': list({ id: 'm', state: 'loaded', max_context_length: 131072, loaded_context_length: 8192 }),
    },
    { server: 'LM Studio', tokens: 8192 },
  ],
  'LM Studio, not loaded': [
    { ...plain, 'GET /api/v0/models': list({ id: 'm', state: 'not-loaded', max_context_length: 32768 }) },
    { server: 'LM Studio', tokens: 32768, of: 'model' },
  ],
  TGI: [
    { ...plain, 'GET /info': { model_id: 'm', max_input_tokens: 1024, max_total_tokens: 2048 } },
    { server: 'TGI', tokens: 2048, inputTokens: 1024 },
  ],
  'TGI of before': [
    { 'GET /info': { model_id: 'm', max_input_length: 1000, max_total_tokens: 1512 } },
    { server: 'TGI', tokens: 1512, inputTokens: 1000 },
  ],
  'a hosted list with context_length': [
    { 'GET /v1/models': list({ id: 'n', context_length: 8 }, { id: 'm', context_length: 128_000 }) },
    { tokens: 128_000 },
  ],
  'a hosted list with context_window': [
    { 'GET /v1/models': list({ id: 'm', context_window: 131072 }, { id: 'n' }) },
    { tokens: 131072 },
  ],
  'a hosted list with nothing': [{ 'GET /v1/models': list({ id: 'm' }, { id: 'n' }) }, {}],
}

for (const [name, [routes, expected]] of Object.entries(saying))
  test(`the context of a server: ${name}`, async () => {
    const { asked: _, ...context } = await contextAt(routes)
    assert.deepEqual(context, { ...unknown, ...expected })
  })

test('a list that says it is enough: nothing else is asked', async () => {
  assert.deepEqual((await contextAt(saying['vLLM']?.[0] ?? {})).asked, ['GET /v1/models'])
  const { asked } = await contextAt(plain, { dialect: 'anthropic' })
  assert.deepEqual(asked, ['GET /v1/models'])
})

const every = [
  'GET /v1/models',
  'GET /props',
  'GET /api/ps',
  'POST /api/show',
  'GET /api/v0/models',
  'GET /info',
  'GET /get_server_info',
]
const everywhere = (route: Route) => Object.fromEntries(every.map((name) => [name, route]))
const withLength = (length: unknown): Readonly<Record<string, Route>> => {
  const members = { id: 'm', name: 'm', max_model_len: length, context_length: length, loaded_context_length: length }
  const meta = { n_ctx: length, n_ctx_train: length }
  const props = { default_generation_settings: { n_ctx: length }, total_slots: length, max_total_tokens: length }
  return everywhere({ data: [{ ...members, meta }], models: [members], ...props, context_length: length })
}

for (const length of [-1, 0, 1.5, 1e300, '4096', '', true, null, {}, [4096], [[[]]]])
  test(`a length that is none is not said: ${JSON.stringify(length)}`, async () => {
    const { asked: _, ...context } = await contextAt(withLength(length))
    assert.deepEqual(context, unknown)
  })

const nonsense: Record<string, Route> = {
  HTML: '<html><body>Log in</body></html>',
  'an empty body': '',
  'JSON that is cut short': '{"data":[{"id":"m","max_model_len":40',
  'a number': '7',
  'a list': '[1, {"id": "m"}]',
  null: 'null',
  'lists in lists': `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  'rows of every type': {
    data: [null, 7, 'm', [], { id: {} }, { id: [['m']] }],
    models: 'm',
    parameters: 9,
    model_info: [],
  },
  'members of the language itself': '{"data":[{"id":"m","__proto__":{"max_model_len":9}}],"constructor":{"name":"m"}}',
  'status 500': (response) => response.writeHead(500).end('{"data":[{"id":"m","max_model_len":9}]}'),
  'a way elsewhere': (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
  'a broken connection': (response) => void response.destroy(),
  'more than any list': (response) => {
    response.writeHead(200)
    const part = 'x'.repeat(2 ** 20)
    const write = (left: number): void => {
      if (left === 0 || response.destroyed) response.end()
      else response.write(part, () => write(left - 1))
    }
    write(12)
  },
}

for (const [name, route] of Object.entries(nonsense))
  test(`a server that answers ${name} says nothing of its context`, async () => {
    const { asked: _, ...context } = await contextAt(everywhere(route))
    assert.deepEqual(context, unknown)
  })

test('a server that hangs, or drips, is left after the time-out', async () => {
  const drips: Route = (response) => {
    response.writeHead(200)
    const drop = setInterval(() => response.write(' '), 5)
    response.once('close', () => clearInterval(drop))
  }
  for (const route of [() => undefined, drips]) {
    const { asked: _, ...context } = await contextAt(everywhere(route), { timeoutMs: 40 })
    assert.deepEqual(context, unknown)
  }
})

test('a server that is gone says nothing; an abort is passed on', async () => {
  const { slots: _, ...gone } = await readServerContext({
    baseUrl: 'http://127.0.0.1:9/v1',
    model: 'm',
    timeoutMs: 60_000,
  })
  assert.equal(gone.tokens, null)
  const aborted = readServerContext({ baseUrl: 'http://127.0.0.1:9/v1', model: 'm' }, AbortSignal.abort('no'))
  await assert.rejects(aborted, (reason) => reason === 'no')
})

test('each kind of server is started with a longer context by its own option', () => {
  const kinds = ['llama.cpp', 'vLLM', 'SGLang', 'TGI', 'Ollama', 'LM Studio', null] as const
  assert.deepEqual(
    kinds.map((server) => longerContext({ ...unknown, of: 'request', server, slots: 4 }, 5000)),
    [
      '-c 20000 -np 4',
      '--max-model-len 5000',
      '--context-length 5000',
      '--max-total-tokens 5000 --max-input-tokens 4999',
      'OLLAMA_CONTEXT_LENGTH=5000 ollama serve',
      'lms load --context-length 5000',
      null,
    ],
  )
})
