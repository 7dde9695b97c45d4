/** The engine against a scripted server: orders, losses, refusals. Against a real one: test/tinker. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { decodeForwardBackwardRequest } from '../../tinker/index.ts'
import type { PolicyEngine, Tokenizer } from '../policy-engine.ts'
import { createTinkerEngine, knownProfiles, type ServerProfile, type TinkerEngineOptions } from './index.ts'
import type { Notice } from './requests/notices.ts'
import { opening, type ScriptedAnswer, type ScriptedServer, startScriptedServer } from './testing/scripted-server.ts'

const tokenizer: Tokenizer = {
  encode: () => [],
  decode: () => '',
  vocabularySize: 100,
  endOfTextId: 1,
  padId: 0,
}
const profile: ServerProfile = { ...(knownProfiles['hosted'] as ServerProfile), resultFormat: 'json' }
const adam = {
  learningRate: 1e-4,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0,
  maxGradNorm: Number.POSITIVE_INFINITY,
}
const model: ScriptedAnswer = { json: { model_id: 'm1', type: 'create_model' } }
const saved: ScriptedAnswer = { json: { path: 'tinker://m1/weights/x' } }
const sampler: ScriptedAnswer = { json: { path: null, sampling_session_id: 's1' } }
const stepped: ScriptedAnswer = { json: { metrics: { 'skyrl.ai/grad_norm': 2.5 } } }
const learned: ScriptedAnswer = {
  json: {
    loss_fn_output_type: 'x',
    loss_fn_outputs: [{ logprobs: { data: [-1, -2, -3], dtype: 'float32', shape: [3] } }],
    metrics: {},
  },
}
const accepted: ScriptedAnswer = { json: { request_id: 'f' } }
const datum = { prompt: [5, 6], completion: [7, 8], oldLogprobs: [-1, -2], advantage: 1 }
const sampling = { maxTokens: 4, temperature: 1, topP: 1 }

interface Fixture {
  readonly engine: PolicyEngine
  readonly server: ScriptedServer
  readonly notices: Notice[]
}

/** @param results what the futures give, after that of the model. */
async function fixture(
  t: TestContext,
  results: readonly ScriptedAnswer[],
  changes: Partial<TinkerEngineOptions> = {},
): Promise<Fixture> {
  const server = await startScriptedServer({
    ...opening,
    '/forward_backward': [accepted],
    '/optim_step': [accepted],
    '/save_weights': [accepted],
    '/save_weights_for_sampler': [accepted],
    '/load_weights': [accepted],
    '/asample': [accepted],
    '/retrieve_future': [model, ...results],
  })
  const notices: Notice[] = []
  const engine = await createTinkerEngine({
    baseUrl: server.baseUrl,
    apiKey: 'tml-very-secret',
    baseModel: 'base',
    tokenizer,
    contextLength: 64,
    profile,
    loraRank: 8,
    seed: 3,
    timeouts: { backOffMs: 1, pollSpacingMs: 1 },
    notify: (notice) => notices.push(notice),
    ...changes,
  })
  t.after(async () => {
    await engine.close()
    await server.close()
  })
  return { engine, server, notices }
}

const sampled = (
  logprobs: readonly number[] | null,
  promptLogprobs: readonly (number | null)[] | null = null,
): ScriptedAnswer => ({
  json: { sequences: [{ stop_reason: 'length', tokens: [9, 10], logprobs }], prompt_logprobs: promptLogprobs },
})

test('training operations are numbered 1, 2, 3 in the order of the calls, however many wait at once', async (t) => {
  const { engine, server } = await fixture(t, [saved, learned, stepped, learned, stepped])
  const crossEntropy = { kind: 'cross-entropy' } as const
  const all = [
    engine.forwardBackward([datum], crossEntropy),
    engine.optimStep(adam),
    engine.forwardBackward([datum], crossEntropy),
    engine.optimStep(adam),
  ]
  await Promise.all(all)
  const order = server.seen
    .filter(({ path }) => ['/save_weights', '/forward_backward', '/optim_step'].includes(path))
    .map(({ path, body, json }) => [
      path,
      path === '/forward_backward' ? decodeForwardBackwardRequest(body).seq_id : json['seq_id'],
    ])
  assert.deepEqual(order, [
    ['/save_weights', 1],
    ['/forward_backward', 2],
    ['/optim_step', 3],
    ['/forward_backward', 4],
    ['/optim_step', 5],
  ])
})

test('an operation whose reply is lost is sent again with its number, and counts once', async (t) => {
  const { engine, server } = await fixture(t, [saved, learned, stepped])
  server.script('/forward_backward', 'drop', 'drop', accepted)
  await engine.forwardBackward([datum], { kind: 'cross-entropy' })
  await engine.optimStep(adam)
  const numbers = server.seenAt('/forward_backward').map(({ body }) => decodeForwardBackwardRequest(body).seq_id)
  assert.deepEqual(numbers, [2, 2, 2])
  assert.deepEqual(
    server.seenAt('/optim_step').map(({ json }) => json['seq_id']),
    [3],
  )
})

test('every value of Adam is sent, and clipping that is off is 0', async (t) => {
  const { engine, server } = await fixture(t, [saved, learned, stepped])
  await engine.forwardBackward([datum], { kind: 'cross-entropy' })
  const step = await engine.optimStep(adam)
  assert.equal(step.gradNorm, 2.5)
  assert.deepEqual(server.seenAt('/optim_step')[0]?.json['adam_params'], {
    learning_rate: 1e-4,
    beta1: 0.9,
    beta2: 0.95,
    eps: 1e-8,
    weight_decay: 0,
    grad_clip_norm: 0,
  })
})

test('a sample asks for every parameter by name and stops at token ids', async (t) => {
  const { engine, server } = await fixture(t, [sampler, sampled([-0.5, -1])], { stopTokens: [1, 4] })
  const [[completion] = []] = await engine.sample([{ prompt: [5, 6], count: 1, key: ['k'] }], sampling)
  assert.deepEqual(completion, { tokens: [9, 10], logprobs: [-0.5, -1], stopReason: 'length' })
  const asked = server.seenAt('/asample')[0]?.json ?? {}
  assert.partialDeepStrictEqual(asked, { sampling_session_id: 's1', seq_id: 0, num_samples: 1, prompt_logprobs: false })
  assert.deepEqual(Object.keys(asked['sampling_params'] as object).sort(), [
    'max_tokens',
    'seed',
    'stop',
    'temperature',
    'top_k',
    'top_p',
  ])
  assert.deepEqual((asked['sampling_params'] as { stop: unknown }).stop, [1, 4])
})

test('a sample whose result is lost is submitted anew under another number', async (t) => {
  const lost = { status: 410, json: {} }
  const { engine, server } = await fixture(t, [sampler, lost, lost, sampled([-0.5, -1])])
  await engine.sample([{ prompt: [5], count: 1, key: ['k'] }], sampling)
  assert.deepEqual(
    server.seenAt('/asample').map(({ json }) => json['seq_id']),
    [0, 1, 2],
  )
})

test('missing log-probs of the sampler are refused', async (t) => {
  const { engine } = await fixture(t, [sampler, sampled(null)])
  await assert.rejects(engine.sample([{ prompt: [5], count: 1, key: ['k'] }], sampling), {
    code: 'tinker-unsupported',
    message: /no log-probs/,
  })
})

const zeros = [0, 0]
const scores: readonly (readonly [name: string, prompt: readonly (number | null)[], isAccepted: boolean])[] = [
  ['are refused when the policy was not certain', [null, -2, -1.5, -0.7], false],
  ['are refused when the prompt has only zeros too', [null, 0, 0, 0], false],
  ['are taken when the policy is certain', [null, -2, -1e-9, -1e-9], true],
]
for (const [name, prompt, isAccepted] of scores) {
  test(`log-probs that are all zero ${name}`, async (t) => {
    const { engine } = await fixture(t, [sampler, sampled(zeros), sampled([0, -1], prompt)])
    const sampling1 = engine.sample([{ prompt: [5, 6], count: 1, key: ['k'] }], sampling)
    if (isAccepted) assert.deepEqual((await sampling1)[0]?.[0]?.logprobs, zeros)
    else await assert.rejects(sampling1, { code: 'tinker-unsupported', message: /0 for all 2 tokens/ })
  })
}

test('where the server cannot score, log-probs that are all zero are refused', async (t) => {
  const { engine } = await fixture(t, [sampler, sampled(zeros)], { profile: { ...profile, hasPromptLogprobs: false } })
  await assert.rejects(engine.sample([{ prompt: [5, 6], count: 1, key: ['k'] }], sampling), {
    code: 'tinker-unsupported',
  })
})

test('a model that the server has lost is made anew from the saved state, and what came since is done again', async (t) => {
  const lost = { status: 404, json: { detail: 'unknown model' } }
  const { engine, server, notices } = await fixture(t, [
    saved,
    learned,
    stepped,
    model,
    saved,
    learned,
    stepped,
    learned,
  ])
  await engine.forwardBackward([datum], { kind: 'cross-entropy' })
  await engine.optimStep(adam)
  server.seen.length = 0
  server.script('/forward_backward', lost, accepted)
  await engine.forwardBackward([datum], { kind: 'cross-entropy' })
  const paths = server.seen
    .map(({ path }) => path)
    .filter((path) => path !== '/retrieve_future' && path !== '/session_heartbeat')
  assert.deepEqual(paths, [
    '/forward_backward',
    '/unload_model',
    '/create_session',
    '/create_model',
    '/load_weights',
    '/forward_backward',
    '/optim_step',
    '/forward_backward',
  ])
  assert.match(JSON.stringify(notices), /was rebuilt/)
})

test('a server that keeps losing the model ends in a typed error', async (t) => {
  const { engine, server } = await fixture(t, [model])
  server.script('/save_weights', { status: 404, json: { detail: 'unknown model' } })
  await assert.rejects(engine.forwardBackward([datum], { kind: 'cross-entropy' }), {
    code: 'tinker-lost',
    isRetryable: true,
  })
})

test('a request that the server calls wrong is not repeated', async (t) => {
  const { engine, server } = await fixture(t, [saved, { json: { error: 'bad datum', category: 'user' } }])
  await assert.rejects(engine.forwardBackward([datum], { kind: 'cross-entropy' }), { code: 'tinker-request' })
  assert.equal(server.seenAt('/forward_backward').length, 1)
})

test('no more samples wait at the server than are allowed', async (t) => {
  let most = 0
  const { engine, server } = await fixture(t, [sampler, sampled([-0.5, -1])], { samplesInFlight: 3 })
  await engine.sample(
    Array.from({ length: 20 }, (_, i) => ({ prompt: [5, i], count: 1, key: ['k', i] })),
    sampling,
  )
  let open = 0
  for (const { path } of server.seen.slice(server.seen.findIndex((request) => request.path === '/asample'))) {
    open += path === '/asample' ? 1 : path === '/retrieve_future' ? -1 : 0
    most = Math.max(most, open)
  }
  assert.ok(most >= 2 && most <= 3, `${most} at once`)
})

test('a session that the server has given up is noticed by the heartbeat and replaced before the next operation', async (t) => {
  const { engine, server, notices } = await fixture(t, [model, saved, learned], { heartbeatMs: 10 })
  server.script('/session_heartbeat', { status: 404, json: {} })
  while (!notices.some(({ kind, ...rest }) => kind === 'warning' && /gave the session up/.test(JSON.stringify(rest)))) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  server.script('/session_heartbeat', { json: {} })
  await engine.forwardBackward([datum], { kind: 'cross-entropy' })
  assert.equal(server.seenAt('/create_session').length, 2)
})
