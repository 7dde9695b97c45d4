/** What servers and providers say when they refuse, in their own words, and what it is taken for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifyStatus, errorInBody } from './classify-status.ts'
import type { LlmFailureKind } from './llm-error.ts'

type Row = readonly [status: number, body: object | string]
const says = (message: string, more: object = {}) => ({ error: { message, ...more } })

const rows: Partial<Record<LlmFailureKind, Readonly<Record<string, Row>>>> = {
  'context-overflow': {
    OpenAI: [
      400,
      says(
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages.",
        { type: 'invalid_request_error', code: 'context_length_exceeded' },
      ),
    ],
    'llama.cpp before the error had a type': [
      500,
      says('the request exceeds the available context size. try increasing the context size or enable context shift', {
        type: 'server_error',
      }),
    ],
    'vLLM, prompt and reply': [
      400,
      says(
        "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context length is 4096 tokens and your request has 100 input tokens",
      ),
    ],
    'vLLM, prompt alone': [400, says("Input length (11680) exceeds model's maximum context length (4096).")],
    'vLLM before 2026': [400, says('max_tokens must be at least 1, got -7584.', { type: 'BadRequestError' })],
    'SGLang, prompt and reply': [
      400,
      {
        object: 'error',
        message:
          "Requested token count exceeds the model's maximum context length of 2048 tokens. You requested a total of 3000 tokens",
      },
    ],
    'Ollama, of its cloud': [400, { error: 'prompt too long; exceeded max context length by 22 tokens' }],
    'TGI, the reply': [
      422,
      { error: 'Input validation error: `max_new_tokens` must be <= 512. Given: 600', error_type: 'validation' },
    ],
    'Anthropic, prompt and reply': [
      400,
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000',
        },
      },
    ],
    LiteLLM: [400, says('litellm.ContextWindowExceededError: litellm.BadRequestError: the prompt is too much')],
    DashScope: [400, says('<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 204800]')],
    Ark: [400, says('Input length 203743 exceeds the maximum length 202752', { code: 'InvalidParameter' })],
    'Ark, with pictures': [400, says('Total tokens of image and text exceed max message tokens.')],
    'Kimi, prompt and reply': [400, says('Invalid request: Your request exceeded model token limit: 8192')],
    'Kimi, prompt alone': [400, says('Input token length too long', { type: 'invalid_request_error' })],
    'Z.ai': [400, says('Prompt exceeds max length', { code: '1261' })],
    'Z.ai in Chinese': [400, says('Prompt 超长', { code: '1261' })],
    SiliconFlow: [
      400,
      { code: 20015, message: 'length of prompt_tokens (40000) must be less than max_seq_len (32768).', data: null },
    ],
    'a gateway in Chinese': [400, says('输入长度超过模型最大上下文长度')],
    FastAPI: [400, { detail: [{ msg: 'prompt is longer than the context window', type: 'value_error' }] }],
  },
  'content-filter': {
    DashScope: [400, says('Input data may contain inappropriate content.', { code: 'data_inspection_failed' })],
    DeepSeek: [400, says('Content Exists Risk', { type: 'invalid_request_error' })],
    Kimi: [400, says('The request was rejected because it was considered high risk', { type: 'content_filter' })],
    'Z.ai': [
      400,
      says('系统检测到输入或生成内容可能包含不安全或敏感内容，请您避免输入易产生敏感内容的提示语。', { code: '1301' }),
    ],
    Ark: [
      400,
      says('The request failed because the input text may contain sensitive information.', {
        code: 'SensitiveContentDetected',
      }),
    ],
    'a gateway': [400, says('sensitive words detected', { code: 'sensitive_words_detected' })],
    'a court': [451, says('Unavailable for legal reasons')],
  },
  quota: {
    DeepSeek: [402, says('Insufficient Balance')],
    Kimi: [429, says('Your account is suspended', { type: 'exceeded_current_quota_error' })],
    'Z.ai': [429, says('您的账户已欠费，请充值后重试。', { code: '1113' })],
    'DashScope, unpaid': [400, says('Access denied, please make sure your account is paid.', { code: 'Arrearage' })],
    'DashScope, free of charge': [
      403,
      says('Free allocated quota exceeded.', { code: 'AllocationQuota.FreeTierOnly' }),
    ],
    Anthropic: [400, says('Your credit balance is too low to access the Anthropic API.')],
    'a gateway': [403, says('用户余额不足，需要充值', { code: 'insufficient_user_quota' })],
  },
  'rate-limit': {
    HTML: [429, '<html>Too Many Requests</html>'],
    'a gateway in Chinese': [429, says('当前分组上游负载已饱和，请稍后再试')],
    nothing: [429, ''],
  },
  overloaded: {
    'a server in Chinese': [503, says('服务器繁忙，请稍后重试')],
    Anthropic: [529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }],
  },
  timeout: {
    Cloudflare: [524, '<html>A timeout occurred</html>'],
    'a gateway': [504, '<html>Gateway Time-out</html>'],
    nothing: [408, ''],
  },
  'request-too-large': {
    nginx: [413, '<html><h1>413 Request Entity Too Large</h1></html>'],
    Anthropic: [
      413,
      { type: 'error', error: { type: 'request_too_large', message: 'Request exceeds the maximum size' } },
    ],
  },
  'not-found': {
    DeepSeek: [400, says('Model Not Exist', { type: 'invalid_request_error' })],
    Ollama: [404, { error: 'model "x" not found, try pulling it first' }],
    'a gateway in Chinese': [400, says('模型不存在，请检查模型代码')],
  },
  auth: { DashScope: [401, { code: 'InvalidApiKey', message: 'Invalid API-key provided.' }], Forbidden: [403, ''] },
  server: {
    'an error inside': [500, says('boom')],
    'one that names its context': [500, says('failed to create llama context: context size 4096, out of memory')],
    'a bad gateway': [502, '<html>bad gateway</html>'],
  },
  'bad-request': {
    'a parameter': [400, { detail: 'Invalid parameter top_k' }],
    'case-sensitive names': [400, says('logit_bias: names are case-sensitive')],
    nothing: [400, ''],
    'a list': [400, '[]'],
    null: [400, 'null'],
  },
}

for (const [kind, wordings] of Object.entries(rows))
  for (const [who, [status, body]] of Object.entries(wordings ?? {}))
    test(`${status} as ${who} says it is ${kind}`, () => {
      assert.equal(classifyStatus(status, typeof body === 'string' ? body : JSON.stringify(body)).kind, kind)
    })

test('an error in a 200 body is read by the status that its code holds, and by its words', () => {
  const read = (error: unknown) => errorInBody(error).kind
  assert.deepEqual(
    [429, '429', 503, 402, 401, 404, 504, 413, 400].map((code) => read({ code, message: 'Provider returned error' })),
    [
      'rate-limit',
      'rate-limit',
      'overloaded',
      'quota',
      'auth',
      'not-found',
      'timeout',
      'request-too-large',
      'bad-request',
    ],
  )
  for (const error of [{ code: 500 }, { code: 502, message: 'x' }, { code: 200 }, { code: 'x' }, 'oops', 7, {}, []])
    assert.equal(read(error), 'upstream-error')
  assert.equal(read({ message: 'prompt too long; exceeded max context length by 22 tokens' }), 'context-overflow')
  assert.equal(read('Content Exists Risk'), 'content-filter')
})
