/** The server through its own socket: futures, idempotence, order, faults, restarts. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import {
  scratchFolder,
  someTokens,
  tinyConfig,
  tinyModelFolder,
  wordTokenizer,
} from '../engines/embedded/testing/tiny-model.ts'
import { initialiseModel } from '../engines/index.ts'
import { decodeForwardBackwardOutput, encodeForwardBackwardRequest } from '../tinker/index.ts'
import { noServerFaults, type RunningServer, type ServeOptions, startServe } from './index.ts'
import { adam, type Body, datum, learningBody, type PlainClient, plainClient } from './testing/plain-client.ts'

const tokens = someTokens(12)

let common: Promise<RunningServer> | undefined
const folders = mkdtempSync(join(tmpdir(), 'baton-serve-'))
after(async () => {
  await (await common)?.close()
  rmSync(folders, { recursive: true, force: true })
})

/** One server for all tests that ask nothing special of it; each has a session of its own. */
function shared(): Promise<RunningServer> {
  const model = join(folders, 'model')
  if (common === undefined) {
    const { vocabularySize } = tinyConfig
    initialiseModel({ folder: model, config: tinyConfig, tokenizer: wordTokenizer(vocabularySize), seed: 1 })
  }
  const folder = join(folders, 'serve')
  common ??= startServe({ folder, models: [{ name: 'tiny', folder: model }], threads: 1, holdMs: 200, openModels: 2 })
  return common
}

async function served(t: TestContext, options: Partial<ServeOptions> = {}): Promise<RunningServer> {
  const modelFolder = tinyModelFolder(t)
  const folder = join(scratchFolder(t), 'serve')
  const server = await startServe({
    folder,
    models: [{ name: 'tiny', folder: modelFolder }],
    threads: 1,
    holdMs: 200,
    ...options,
  })
  t.after(() => server.close())
  return server
}

async function newModel(client: PlainClient, rank = 8): Promise<string> {
  const lora = { rank }
  const body = { session_id: client.session, model_seq_id: 0, base_model: 'tiny', lora_config: lora }
  return (await client.result('/create_model', body)).model_id
}

const sampleBody = (session: string, sequence: number, changes: object = {}) => ({
  sampling_session_id: session,
  seq_id: sequence,
  num_samples: 2,
  prompt: { chunks: [{ type: 'encoded_text', tokens: someTokens(5) }] },
  sampling_params: { max_tokens: 6, seed: 7, temperature: 1 },
  ...changes,
})

test('a supervised step raises the log-probs that it was weighted for; a checkpoint brings them back', async () => {
  const client = await plainClient((await shared()).baseUrl)
  const model = await newModel(client)
  const first = await client.result('/forward_backward', learningBody(model, 1, [datum(tokens, 4)]))
  assert.equal(first.loss_fn_outputs[0].logprobs.data.length, 11)
  const saved = await client.result('/save_weights', { model_id: model, seq_id: 2, path: 'start' })
  const step = await client.result('/optim_step', { model_id: model, seq_id: 3, adam_params: adam })
  assert.equal(step.metrics.is_applied, 1)
  const second = await client.result('/forward_backward', learningBody(model, 4, [datum(tokens, 4)]))
  assert.ok(second.metrics['loss:sum'] < first.metrics['loss:sum'])
  await client.result('/load_weights', { model_id: model, seq_id: 5, path: saved.path, optimizer: true })
  const third = await client.result('/forward_backward', learningBody(model, 6, [datum(tokens, 4)]))
  assert.deepEqual(third.loss_fn_outputs, first.loss_fn_outputs)
})

test('log-probs are those of every position, weighted or not, as a prompt scored by sampling has them', async () => {
  const client = await plainClient((await shared()).baseUrl)
  const model = await newModel(client)
  const { loss_fn_outputs: outputs } = await client.result(
    '/forward_backward',
    learningBody(model, 1, [datum(tokens, 7), datum(tokens, 7, 0)]),
  )
  const scored = await client.result('/asample', {
    base_model: 'tiny',
    num_samples: 1,
    prompt: { chunks: [{ type: 'encoded_text', tokens }] },
    sampling_params: { max_tokens: 1 },
    prompt_logprobs: true,
  })
  assert.equal(scored.prompt_logprobs[0], null)
  for (const output of outputs) {
    output.logprobs.data.forEach((value: number, i: number) => {
      assert.ok(Math.abs(value - scored.prompt_logprobs[i + 1]) < 1e-5)
    })
  }
})

test('the same operation sent again is the same future and is carried out once; another body in its place is refused', async () => {
  const client = await plainClient((await shared()).baseUrl)
  const model = await newModel(client)
  const body = learningBody(model, 1, [datum(tokens, 4)])
  const [once, again] = await Promise.all([
    client.post('/forward_backward', body),
    client.post('/forward_backward', body),
  ])
  assert.equal(once.body.request_id, again.body.request_id)
  const other = await client.post('/forward_backward', learningBody(model, 1, [datum(tokens, 5)]))
  assert.equal(other.status, 409)
  const one = await client.result('/optim_step', { model_id: model, seq_id: 2, adam_params: adam })
  const twin = await plainClient((await shared()).baseUrl)
  const twinModel = await newModel(twin)
  await twin.result('/forward_backward', learningBody(twinModel, 1, [datum(tokens, 4)]))
  const single = await twin.result('/optim_step', { model_id: twinModel, seq_id: 2, adam_params: adam })
  assert.equal(one.metrics.grad_norm, single.metrics.grad_norm)
})

test('an operation that comes early waits for the one before it', async () => {
  const client = await plainClient((await shared()).baseUrl)
  const model = await newModel(client)
  const step = await client.post('/optim_step', { model_id: model, seq_id: 2, adam_params: adam })
  const waiting = await client.post('/retrieve_future', { request_id: step.body.request_id })
  assert.equal(waiting.body.type, 'try_again')
  assert.match(waiting.body.queue_state_reason, /operation 1/)
  await client.result('/forward_backward', learningBody(model, 1, [datum(tokens, 4)]))
  assert.equal((await client.poll(step.body.request_id)).metrics.is_applied, 1)
})

test('what a user did wrong is the result of the operation, with the reason, and the model goes on', async () => {
  const client = await plainClient((await shared()).baseUrl)
  const model = await newModel(client)
  const unknown = await client.result('/forward_backward', learningBody(model, 1, [datum(tokens, 4)], 'nonsense'))
  assert.equal(unknown.category, 'user')
  assert.match(unknown.error, /loss_fn "nonsense" is not one of cross_entropy/)
  const unshifted = datum(tokens, 4)
  unshifted.loss_fn_inputs.target_tokens.data = tokens.slice(0, -1)
  const misfit = await client.result('/forward_backward', learningBody(model, 2, [unshifted]))
  assert.match(misfit.error, /not the next input token/)
  const stranger = await client.result('/forward_backward', learningBody(model, 3, [datum([5, 6, 4000], 1)]))
  assert.match(stranger.error, /vocabulary/)
  assert.ok((await client.result('/forward_backward', learningBody(model, 4, [datum(tokens, 4)]))).metrics)
})

test('a snapshot keeps its weights while the model moves on; a seed draws the same; one sample is one of several', async () => {
  const client = await plainClient((await shared()).baseUrl)
  const model = await newModel(client)
  const saved = await client.result('/save_weights_for_sampler', {
    model_id: model,
    seq_id: 1,
    sampling_session_seq_id: 0,
  })
  const session = saved.sampling_session_id
  const before = await client.result('/asample', sampleBody(session, 0))
  await client.result('/forward_backward', learningBody(model, 2, [datum(tokens, 4)]))
  await client.result('/optim_step', { model_id: model, seq_id: 3, adam_params: { ...adam, learning_rate: 0.1 } })
  const again = await client.result('/asample', sampleBody(session, 1))
  assert.deepEqual(again.sequences, before.sequences)
  const second = { num_samples: 1, sampling_params: { max_tokens: 6, seed: 8, temperature: 1 } }
  const alone = await client.result('/asample', sampleBody(session, 2, second))
  assert.deepEqual(alone.sequences[0], before.sequences[1])
  const moved = await client.result('/save_weights_for_sampler', {
    model_id: model,
    seq_id: 4,
    sampling_session_seq_id: 1,
  })
  const after = await client.result('/asample', sampleBody(moved.sampling_session_id, 0))
  assert.notDeepEqual(after.sequences, before.sequences)
})

test('stop tokens and stop texts end a completion where they first stand, with their log-probs', async () => {
  const client = await plainClient((await shared()).baseUrl)
  const draw = (stop: readonly (string | number)[]): Promise<Body> =>
    client.result('/asample', {
      base_model: 'tiny',
      num_samples: 1,
      prompt: { chunks: [{ type: 'encoded_text', tokens: someTokens(5) }] },
      sampling_params: { max_tokens: 8, seed: 3, temperature: 1, stop },
    })
  const [whole] = (await draw([])).sequences
  const stop = whole.tokens[3]
  const end = whole.tokens.indexOf(stop) + 1
  const [byToken] = (await draw([stop])).sequences
  assert.deepEqual(byToken, {
    stop_reason: 'stop',
    tokens: whole.tokens.slice(0, end),
    logprobs: whole.logprobs.slice(0, end),
  })
  const [byText] = (await draw([`w${stop}`])).sequences
  assert.equal(byText.stop_reason, 'stop')
  assert.ok(byText.tokens.length <= end)
})

test('protobuf in and out says what JSON says', async () => {
  const { baseUrl } = await shared()
  const client = await plainClient(baseUrl)
  const model = await newModel(client)
  const data = [datum(tokens, 4)]
  const json = await client.result('/forward_backward', learningBody(model, 1, data))
  const body = encodeForwardBackwardRequest({
    model_id: model,
    seq_id: 2,
    loss_fn: 'cross_entropy',
    data: data as Parameters<typeof encodeForwardBackwardRequest>[0]['data'],
    forward_only: true,
  })
  const post = (path: string, content: string, sent: string | Uint8Array<ArrayBuffer>) =>
    fetch(`${baseUrl}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': content, accept: 'application/x-protobuf' },
      body: sent,
    })
  const { request_id: id } = (await (await post('/forward_backward', 'application/x-protobuf', body)).json()) as Body
  await client.poll(id)
  const reply = await post('/retrieve_future', 'application/json', JSON.stringify({ request_id: id }))
  assert.equal(reply.headers.get('content-type'), 'application/x-protobuf')
  const output = decodeForwardBackwardOutput(new Uint8Array(await reply.arrayBuffer()))
  assert.deepEqual(
    Array.from(output.loss_fn_outputs[0]?.['logprobs']?.data ?? []),
    json.loss_fn_outputs[0].logprobs.data,
  )
})

test('bodies that are nothing of the protocol are refused with a status, and the server lives on', async () => {
  const { baseUrl } = await shared()
  const client = await plainClient(baseUrl)
  const model = await newModel(client)
  const send = (path: string, type: string, body: string | Uint8Array<ArrayBuffer>) =>
    fetch(`${baseUrl}/api/v1${path}`, { method: 'POST', headers: { 'content-type': type }, body })
  assert.equal((await send('/forward_backward', 'application/json', '{"model_id":')).status, 400)
  assert.equal((await send('/forward_backward', 'application/x-protobuf', Uint8Array.of(255, 255, 255))).status, 422)
  assert.equal((await send('/optim_step', 'text/plain', '{}')).status, 415)
  assert.equal((await client.post('/optim_step', { model_id: model, seq_id: -1, adam_params: adam })).status, 422)
  assert.equal(
    (await client.post('/save_weights', { model_id: model, seq_id: 1, path: '../../etc/passwd' })).status,
    422,
  )
  assert.equal((await client.post('/asample', sampleBody('nobody', 0))).status, 404)
  assert.equal((await client.post('/asample', sampleBody('nobody', 0, { num_samples: 1e9 }))).status, 400)
  assert.equal((await fetch(`${baseUrl}/api/v1/training_runs/%ff`)).status, 400)
  assert.equal((await client.post('/retrieve_future', { request_id: 'nobody' })).status, 404)
  assert.equal((await client.post('/session_heartbeat', { session_id: 'nobody' })).status, 404)
  assert.equal((await client.post('/session_heartbeat', { session_id: client.session })).status, 200)
})

test('faults come at their rates: refused requests are not carried out, lost replies were', async (t) => {
  const { baseUrl } = await served(t, { faults: { ...noServerFaults, rateLimit: 0.3, dropReplies: 0.3 } })
  let [refused, lost, answered] = [0, 0, 0]
  for (let i = 0; i < 60; i++) {
    const headers = { 'content-type': 'application/json', 'x-idempotency-key': `key-${i % 3}` }
    const body = JSON.stringify({ tags: [], sdk_version: '0.25.0' })
    await fetch(`${baseUrl}/api/v1/create_session`, { method: 'POST', headers, body }).then(
      ({ status }) => {
        if (status === 429) refused += 1
        else answered += 1
      },
      () => {
        lost += 1
      },
    )
  }
  assert.ok(refused > 5 && lost > 5 && answered > 5, `${refused} ${lost} ${answered}`)
  for (;;) {
    const sessions = await fetch(`${baseUrl}/api/v1/sessions`).catch(() => null)
    if (sessions?.status !== 200) continue
    assert.equal(((await sessions.json()) as Body).cursor.total_count, 3)
    break
  }
})

test('a key is asked for where there is one, other hosts are refused where there is none, and 0.0.0.0 needs one', async (t) => {
  const { baseUrl } = await served(t, { apiKey: 'right' })
  const ask = (headers: Readonly<Record<string, string>>) =>
    fetch(`${baseUrl}/api/v1/get_server_capabilities`, { headers }).then(({ status }) => status)
  assert.deepEqual(
    [
      await ask({}),
      await ask({ 'x-api-key': 'wrong' }),
      await ask({ 'x-api-key': 'right' }),
      await ask({ authorization: 'Bearer right' }),
    ],
    [401, 403, 200, 200],
  )
  await assert.rejects(served(t, { host: '0.0.0.0' }), /can be reached from other machines/)
})

test('the policy answers to the OpenAI API: a base model, a checkpoint, a model in training', async (t) => {
  const { baseUrl } = await served(t)
  const client = await plainClient(baseUrl)
  const model = await newModel(client)
  const { path } = await client.result('/save_weights_for_sampler', { model_id: model, seq_id: 1, path: 'named' })
  const ask = async (name: string): Promise<Body> => {
    const body = JSON.stringify({ model: name, prompt: 'w5 w9 w12', max_tokens: 5, seed: 4, n: 2, logprobs: 1 })
    const response = await fetch(`${baseUrl}/v1/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    return response.json()
  }
  const [base, named, training] = [await ask('tiny'), await ask(path), await ask(model)]
  assert.equal(base.choices.length, 2)
  assert.deepEqual(named.choices, base.choices)
  assert.deepEqual(training.choices, base.choices)
  assert.match((await ask('nobody')).error.message, /nobody/)
  const listed = (await (await fetch(`${baseUrl}/v1/models`)).json()) as Body
  assert.deepEqual(
    listed.data.map(({ id }: { id: string }) => id),
    ['tiny', model, path],
  )
  const chat = await fetch(`${baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'tiny',
      messages: [{ role: 'user', content: 'w5 w9' }],
      max_tokens: 4,
      temperature: 0,
    }),
  })
  assert.equal(((await chat.json()) as Body).choices[0].message.role, 'assistant')
})
