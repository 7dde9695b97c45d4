import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completion, json, type Quirk, startQuirkServer } from '../../llm/testing/quirk-server.ts'
import { checkModelServer } from './check-model-server.ts'

async function checked(row: object, usage: object | null = { prompt_tokens: 100, completion_tokens: 1 }) {
  const answer: Quirk = (response) => json(response, 200, { ...completion({ content: 'ready' }), usage })
  const server = await startQuirkServer({
    'GET /v1/models': (response) => json(response, 200, { data: [{ id: 'm', ...row }] }),
    m: answer,
  })
  try {
    const { findings } = await checkModelServer({ baseUrl: server.baseUrl, model: 'm', timeoutMs: 600_000 })
    return findings.map(({ name, verdict, detail }) => `${name} ${verdict}: ${detail}`)
  } finally {
    await server.close()
  }
}

test('a server that says all there is to know', async () => {
  assert.deepEqual(await checked({ owned_by: 'vllm', max_model_len: 4096 }), [
    'answers passed: m answers a short question',
    'tokens passed: counts the tokens of a prompt: 3.9 bytes of English a token',
    'context passed: 4,096 tokens a request (vLLM)',
  ])
})

test('a server that counts nothing and says nothing of its context passes no more than it shows', async () => {
  const [, ...rest] = await checked({}, null)
  assert.deepEqual(rest, [
    'tokens differs: counts no tokens: budgets go by estimates',
    'context skipped: the server does not say how long its context is',
  ])
})

test('counts that cannot be, and a context that only the model has, are said to be so', async () => {
  const [, tokens, context] = await checked(
    { meta: { n_ctx_train: 8192 } },
    { prompt_tokens: 1_000_000, completion_tokens: 1 },
  )
  assert.match(tokens ?? '', /^tokens differs: counts 1,000,000 tokens in \d+ bytes: budgets go by estimates$/)
  assert.equal(
    context,
    'context differs: the model takes 8,192 tokens (llama.cpp); what the server gives a request it does not say',
  )
})
