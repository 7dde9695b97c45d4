/** Every quirk of real servers that the client must take: what it answers or fails with, after how many requests. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { createChatModel } from './create-chat-model.ts'
import { LlmError, type LlmFailureKind, retryPolicies } from './llm-error.ts'
import {
  completion,
  inTurn,
  json,
  type Quirk,
  type QuirkServer,
  says,
  startQuirkServer,
} from './testing/quirk-server.ts'

const recorded =
  (name: string, status = 200): Quirk =>
  (response) =>
    json(response, status, readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'))
const answers =
  (message: object, finishReason?: string): Quirk =>
  (response) =>
    json(response, 200, completion(message, finishReason))
const refuses =
  (status: number, error: object, headers?: Record<string, string>): Quirk =>
  (response) =>
    json(response, status, { error }, headers)
const raw =
  (body: string): Quirk =>
  (response) =>
    json(response, 200, body)
const beside = (members: object): Quirk => raw(JSON.stringify({ ...completion({ content: 'fine' }), ...members }))
const stream = (deltas: readonly object[], finishReason: string | null): string =>
  [...deltas.map((delta) => ({ delta })), { delta: {}, finish_reason: finishReason }]
    .map((choice) => `data: ${JSON.stringify({ choices: [choice] })}\n\n`)
    .join('')
const hangs: Quirk = () => {}
const resetsMidBody: Quirk = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 9999 })
  response.write('{"id":', () => response.destroy())
}
/** Cut by length; hidden reasoning counts in the total only. */
const cutAfter =
  (outputTokens: number, madeTokens = outputTokens): Quirk =>
  (response) =>
    json(response, 200, {
      choices: [{ finish_reason: 'length', message: { content: 'half' } }],
      usage: { prompt_tokens: 10, completion_tokens: outputTokens, total_tokens: 10 + madeTokens },
    })
const date = (secondsAhead: number): string => new Date(Date.now() + secondsAhead * 1000).toUTCString()

interface Row {
  readonly quirk: Quirk
  /** The answer's text, or the kind of the failure. */
  readonly text?: string
  readonly fails?: LlmFailureKind
  readonly requests: number
  readonly reasoning?: string
}

/** What servers answer to a prompt that their context cannot hold. */
const overflowWordings: Record<string, readonly [status: number, body: object]> = {
  'llama.cpp': [
    400,
    {
      error: {
        code: 400,
        message: 'request (3030 tokens) exceeds the available context size (2048 tokens), try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 3030,
        n_ctx: 2048,
      },
    },
  ],
  vLLM: [
    400,
    {
      error: {
        message:
          "This model's maximum context length is 2048 tokens. However, you requested 4071 tokens (2023 in the messages, 2048 in the completion). Please reduce the length of the messages or completion.",
        type: 'BadRequestError',
        param: null,
        code: 400,
      },
    },
  ],
  'vLLM, at the decoder': [
    400,
    {
      object: 'error',
      message: 'The decoder prompt (length 21535) is longer than the maximum model length of 16384.',
      type: 'BadRequestError',
    },
  ],
  Ollama: [400, { error: 'the input length exceeds the context length' }],
  OpenAI: [
    400,
    {
      error: {
        message: 'Your input is too long for this model. Please adjust your input and try again.',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    },
  ],
  SGLang: [
    400,
    {
      object: 'error',
      message: "The input (61709 tokens) is longer than the model's context length (40960 tokens).",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
  ],
  'SGLang, at its memory': [
    400,
    { object: 'error', message: 'Input length (160062 tokens) exceeds the maximum allowed length (59862 tokens).' },
  ],
  TGI: [
    422,
    {
      error:
        'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 1512. Given: 1000 `inputs` tokens and 1024 `max_new_tokens`',
      error_type: 'validation',
    },
  ],
  'TGI, by the input alone': [
    422,
    {
      error: 'Input validation error: `inputs` must have less than 1024 tokens. Given: 1168',
      error_type: 'validation',
    },
  ],
  Anthropic: [
    400,
    {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    },
  ],
  Gemini: [
    400,
    { error: { code: 400, message: 'The input token count (1200000) exceeds the maximum number of tokens allowed' } },
  ],
}

const attempts = 3
const rows: Record<string, Row> = {
  'a good answer': { quirk: says('ok'), text: 'ok', requests: 1 },
  'a recorded answer with reasoning_content': {
    quirk: recorded('gpt-oss-ok'),
    text: 'True',
    reasoning: 'The answer matches.',
    requests: 1,
  },
  'reasoning under its newer name': {
    quirk: answers({ content: 'True', reasoning: 'It matches.' }),
    text: 'True',
    reasoning: 'It matches.',
    requests: 1,
  },
  'a think block in the text': {
    quirk: answers({ content: '<think>\nhm\n</think>\n\n42' }),
    text: '42',
    reasoning: 'hm',
    requests: 1,
  },
  'a think block whose start is in the prompt': {
    quirk: answers({ content: 'hm\n</think>\n42' }),
    text: '42',
    reasoning: 'hm',
    requests: 1,
  },
  'channels that leaked into the text': {
    quirk: answers({
      content: '<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>42',
    }),
    text: '42',
    reasoning: 'hm',
    requests: 1,
  },
  'text in parts': {
    quirk: answers({
      content: [
        { type: 'text', text: 'four' },
        { type: 'text', text: 'ty' },
      ],
    }),
    text: 'fourty',
    requests: 1,
  },
  'an answer cut at its own limit is an answer': { quirk: cutAfter(100), text: 'half', requests: 1 },
  'an answer cut at its own limit, hidden reasoning in the total alone': {
    quirk: cutAfter(5, 100),
    text: 'half',
    requests: 1,
  },
  'an answer cut before its own limit ran into the context': {
    quirk: cutAfter(60),
    fails: 'context-overflow',
    requests: 1,
  },
  'a recorded empty answer that stopped': {
    quirk: recorded('gpt-oss-empty-content-stop'),
    fails: 'empty-content',
    reasoning: 'The answer matches.',
    requests: attempts,
  },
  'a recorded empty answer that was cut': {
    quirk: recorded('gpt-oss-empty-content-length'),
    fails: 'truncated-reasoning',
    reasoning: 'The answer matches the referenc',
    requests: attempts,
  },
  'content null, reasoning null': {
    quirk: answers({ content: null, reasoning: null }),
    fails: 'empty-content',
    requests: attempts,
  },
  'white space only': { quirk: answers({ content: ' \n' }), fails: 'empty-content', requests: attempts },
  'a think block that was cut': {
    quirk: answers({ content: '<think>so far' }, 'length'),
    fails: 'truncated-reasoning',
    reasoning: 'so far',
    requests: attempts,
  },
  'a channel mark that was cut': {
    quirk: answers({ content: '<|channel|>analysis<' }, 'length'),
    fails: 'truncated-reasoning',
    requests: attempts,
  },
  'empty, then good': { quirk: inTurn(answers({ content: '' }), says('ok')), text: 'ok', requests: 2 },
  'no choices': {
    quirk: (r) => json(r, 200, { choices: [], usage: null }),
    fails: 'malformed-body',
    requests: attempts,
  },
  'choices that is no list': {
    quirk: (r) => json(r, 200, { choices: 7 }),
    fails: 'malformed-body',
    requests: attempts,
  },
  'a body that is null': { quirk: (r) => json(r, 200, 'null'), fails: 'malformed-body', requests: attempts },
  'an empty body': { quirk: (r) => json(r, 200, ''), fails: 'malformed-body', requests: attempts },
  'JSON cut short': { quirk: (r) => json(r, 200, '{"choices":[{"mess'), fails: 'malformed-body', requests: attempts },
  'HTML with 200': { quirk: (r) => json(r, 200, '<html>login</html>'), fails: 'malformed-body', requests: attempts },
  'an error in a 200 body': {
    quirk: (r) => json(r, 200, { error: { message: 'upstream failed', code: 502 } }),
    fails: 'upstream-error',
    requests: attempts,
  },
  'an error in a 200 body that goes away': {
    quirk: inTurn((r) => json(r, 200, { error: { message: 'upstream failed' } }), says('ok')),
    text: 'ok',
    requests: 2,
  },
  'a recorded 503 while loading': {
    quirk: recorded('health-loading-503', 503),
    fails: 'overloaded',
    requests: attempts,
  },
  'loading, then ready': { quirk: inTurn(recorded('health-loading-503', 503), says('ok')), text: 'ok', requests: 2 },
  '529 is an overload': { quirk: refuses(529, { message: 'Overloaded' }), fails: 'overloaded', requests: attempts },
  'HTML with 502': { quirk: (r) => json(r, 502, '<html>bad gateway</html>'), fails: 'server', requests: attempts },
  '500 of another kind': { quirk: refuses(500, { message: 'boom' }), fails: 'server', requests: attempts },
  'a recorded 500 for a malformed request': {
    quirk: recorded('err-bad-json-500', 500),
    fails: 'bad-request',
    requests: 1,
  },
  'a recorded 500 for output that cannot be parsed': {
    quirk: recorded('unparsable-output-500', 500),
    fails: 'unparsable-output',
    requests: attempts,
  },
  '429 that asks for a second, then good': {
    quirk: inTurn(refuses(429, { message: 'slow down' }, { 'retry-after': '1' }), says('ok')),
    text: 'ok',
    requests: 2,
  },
  '429 that asks for an hour': {
    quirk: refuses(429, { message: 'slow down' }, { 'retry-after': '3600' }),
    fails: 'rate-limit',
    requests: 1,
  },
  '429 that asks for an hour by date': {
    quirk: (r) => json(r, 429, '{}', { 'retry-after': date(3600) }),
    fails: 'rate-limit',
    requests: 1,
  },
  '503 that asks for five minutes': {
    quirk: refuses(503, { message: 'maintenance' }, { 'retry-after': '300' }),
    fails: 'overloaded',
    requests: 1,
  },
  '429 for want of credit': {
    quirk: refuses(429, { message: 'You exceeded your current quota', type: 'insufficient_quota' }),
    fails: 'quota',
    requests: 1,
  },
  ...Object.fromEntries(
    Object.entries(overflowWordings).map(([server, [status, body]]): [string, Row] => [
      `a prompt too long, as ${server} says it`,
      { quirk: (response) => json(response, status, body), fails: 'context-overflow', requests: 1 },
    ]),
  ),
  'a prompt too long, in a 200 body': {
    quirk: (r) => json(r, 200, { error: { message: 'The input exceeds the context window of this model.' } }),
    fails: 'context-overflow',
    requests: 1,
  },
  '413 of a proxy': {
    quirk: (r) => json(r, 413, '<html><h1>413 Request Entity Too Large</h1></html>'),
    fails: 'request-too-large',
    requests: 1,
  },
  'a prompt that the content filter refuses': {
    quirk: refuses(400, {
      message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
      type: null,
      code: 'content_filter',
    }),
    fails: 'content-filter',
    requests: 1,
  },
  'a prompt that a moderation refuses': {
    quirk: refuses(403, { message: 'This model requires moderation and your input was flagged.', code: 403 }),
    fails: 'content-filter',
    requests: 1,
  },
  'an answer that the content filter emptied': {
    quirk: answers({ content: '' }, 'content_filter'),
    fails: 'content-filter',
    requests: 1,
  },
  'an answer that the content filter cut': {
    quirk: answers({ content: 'how to' }, 'content_filter'),
    fails: 'content-filter',
    requests: 1,
  },
  '400 of another kind': { quirk: refuses(400, { message: 'bad grammar' }), fails: 'bad-request', requests: 1 },
  '400 for max_tokens, renamed at once': {
    quirk: (response, { body }) =>
      'max_tokens' in body
        ? refuses(400, {
            message: "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
          })(response, { path: '', headers: {}, body, hit: 1 })
        : says(`at most ${body.max_completion_tokens}`)(response, { path: '', headers: {}, body, hit: 1 }),
    text: 'at most 100',
    requests: 2,
  },
  '401': { quirk: refuses(401, { message: 'Invalid API key' }), fails: 'auth', requests: 1 },
  '403': { quirk: refuses(403, { message: 'not yours' }), fails: 'auth', requests: 1 },
  '404 for an unknown model': { quirk: refuses(404, { message: 'no such model' }), fails: 'not-found', requests: 1 },
  'a connection reset in the middle of the body': { quirk: resetsMidBody, fails: 'network', requests: attempts },
  'a reset, then good': { quirk: inTurn(resetsMidBody, says('ok')), text: 'ok', requests: 2 },

  // What surrounds a reply, and errors in every shape.
  'a body, then the end of a stream': {
    quirk: raw(`${JSON.stringify(completion({ content: 'fine' }))}\n\ndata: [DONE]\n`),
    text: 'fine',
    requests: 1,
  },
  'a body after comments': {
    quirk: raw(
      `: OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n${JSON.stringify(completion({ content: 'fine' }), null, 2)}`,
    ),
    text: 'fine',
    requests: 1,
  },
  'a whole reply as the data of an event': {
    quirk: raw(`event: message\ndata: ${JSON.stringify(completion({ content: 'fine' }))}\n\ndata: [DONE]\n\n`),
    text: 'fine',
    requests: 1,
  },
  'an event stream that was not asked for': {
    quirk: raw(stream([{ reasoning_content: 'hm' }, { content: 'fi' }, { content: 'ne' }], 'stop')),
    text: 'fine',
    reasoning: 'hm',
    requests: 1,
  },
  'an event stream that ends early': {
    quirk: raw(stream([{ content: 'fi' }], null)),
    fails: 'malformed-body',
    requests: attempts,
  },
  'an event stream with an error': {
    quirk: raw('data: {"error":{"message":"upstream died","code":502}}\n\n'),
    fails: 'upstream-error',
    requests: attempts,
  },
  'an error that says nothing, as an object': { quirk: beside({ error: {} }), text: 'fine', requests: 1 },
  'an error that says nothing, as a text': { quirk: beside({ error: '' }), text: 'fine', requests: 1 },
  'an error that says nothing, as false': { quirk: beside({ error: false }), text: 'fine', requests: 1 },
  'an error of empty fields': {
    quirk: beside({ error: { message: '', code: null, details: [] } }),
    text: 'fine',
    requests: 1,
  },
  'an error in a list': {
    quirk: (response) =>
      json(response, 400, [{ error: { code: 400, message: 'API key not valid', status: 'INVALID_ARGUMENT' } }]),
    fails: 'bad-request',
    requests: 1,
  },
  'an error inside a choice': {
    quirk: raw(
      JSON.stringify({
        choices: [
          { message: { content: 'The first' }, finish_reason: 'stop', error: { code: 502, message: 'provider died' } },
        ],
      }),
    ),
    fails: 'upstream-error',
    requests: attempts,
  },
  'a content filter in the middle': {
    quirk: answers({ content: 'The first' }, 'content_filter'),
    fails: 'content-filter',
    requests: 1,
  },
  'words in detail': {
    quirk: raw('{"detail":"the model is being loaded"}'),
    fails: 'upstream-error',
    requests: attempts,
  },
  'an object that is an error': {
    quirk: raw('{"object":"error","message":"maximum context length is 4096 tokens","code":400}'),
    fails: 'context-overflow',
    requests: 1,
  },
  'JSON nested deep': {
    quirk: raw(`${'['.repeat(5000)}${']'.repeat(5000)}`),
    fails: 'malformed-body',
    requests: attempts,
  },
  'a reply nested deep': {
    quirk: raw(
      `{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"more":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
    ),
    fails: 'malformed-body',
    requests: attempts,
  },
  'choices that are no list': { quirk: raw('{"choices":"none"}'), fails: 'malformed-body', requests: attempts },
  'a parameter that is refused at its place (422)': {
    quirk: inTurn(
      (response) =>
        json(response, 422, {
          detail: [{ loc: ['body', 'seed'], msg: 'Extra inputs are not permitted', type: 'extra_forbidden' }],
        }),
      says('ok'),
    ),
    text: 'ok',
    requests: 2,
  },
  'a parameter that is refused by its param': {
    quirk: inTurn(refuses(400, { message: 'this is not supported with this model', param: 'temperature' }), says('ok')),
    text: 'ok',
    requests: 2,
  },
  'parts of other types': {
    quirk: answers({ content: [{ type: 'output_text', text: 'fo' }, { text: 'ur' }] }),
    text: 'four',
    requests: 1,
  },
  'a server that says nothing': { quirk: hangs, fails: 'timeout', requests: attempts },
}

let server: QuirkServer
before(async () => {
  server = await startQuirkServer(Object.fromEntries(Object.entries(rows).map(([name, { quirk }]) => [name, quirk])))
})
after(() => server.close())

for (const [name, row] of Object.entries(rows)) {
  test(`${name}: ${row.fails ?? 'is an answer'}, after ${row.requests} requests`, async () => {
    const chatModel = createChatModel({
      baseUrl: server.baseUrl,
      model: name,
      attempts,
      maxTokens: 100,
      attemptTimeoutMs: row.fails === 'timeout' ? 60 : 600_000,
      sleep: async () => {},
    })
    const reply = chatModel.generate([{ role: 'user', content: 'x' }], { purpose: 'test', seed: 1 })
    if (row.fails === undefined) {
      const { text, reasoning, attempts: made } = await reply
      assert.deepEqual(
        { text, reasoning, made },
        { text: row.text, reasoning: row.reasoning ?? '', made: row.requests },
      )
    } else {
      const error = await reply.then(
        () => assert.fail('it should have failed'),
        (caught: unknown) => caught,
      )
      assert.ok(error instanceof LlmError, String(error))
      assert.deepEqual([error.kind, error.code, error.boundary], [row.fails, row.fails, 'executor'])
      assert.equal(error.reasoning, row.reasoning ?? '')
      assert.equal(error.attempts.length, row.requests)
      assert.equal(error.isRetryable, retryPolicies[row.fails] !== 'never')
      assert.ok((error.hint ?? '').length > 0)
    }
    // A request that timed out may never have been sent, on a machine that is busy enough.
    if (row.fails !== 'timeout')
      assert.equal(server.turns.filter((turn) => turn.body.model === name).length, row.requests)
    await chatModel.close()
  })
}

test('every kind of failure has a row in the table of quirks', () => {
  const shown = new Set(Object.values(rows).map((row) => row.fails))
  assert.deepEqual(
    Object.keys(retryPolicies).filter((kind) => !shown.has(kind as LlmFailureKind)),
    [],
  )
})
