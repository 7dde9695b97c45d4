/**
 * Whose fault it is: programs of a policy against servers that are slow, full, strict, broken or gone, through the client,
 * the sandbox and the scoring that training uses. What a service did leaves a rollout without a reward, under a class and
 * with a remedy of its own; what a program did is scored.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Problem } from '../src/core/problem.ts'
import type { SampledRollout } from '../src/core/records.ts'
import { remedyFor, type ServiceFailureKind } from '../src/core/service-failures.ts'
import { type ChatModelOptions, createChatModel } from '../src/llm/index.ts'
import {
  completion,
  inTurn,
  json,
  type Quirk,
  type QuirkServer,
  says,
  startQuirkServer,
} from '../src/llm/testing/quirk-server.ts'
import { createPythonAnalyzer } from '../src/python/analysis/index.ts'
import { createSandbox, type Sandbox } from '../src/python/index.ts'
import { createJudge } from '../src/rewards/index.ts'
import { plainRewards } from '../src/rewards/testing/plain-rewards.ts'
import { rolloutMetrics } from '../src/training/rollout-metrics.ts'
import { stopIfUnscorable } from '../src/training/services.ts'
import { createWorkflowEnvironment } from '../src/workflows/index.ts'

const math: Problem = { id: 'm', type: 'math', source: 'test', question: 'What is 6 * 7?', answer: '42', difficulty: 1 }
/** No exact scorer can say whether a name is right: the judge is asked. */
const qa: Problem = { ...math, id: 'q', type: 'qa', question: 'Who wrote it?', answer: 'Ann Bee the elder' }

const program = (...lines: readonly string[]): string => `class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)
    async def __call__(self, problem, entry_point=None):
${lines.map((line) => `        ${line}`).join('\n')}
        return answer, self.llm.get_usage_summary()["total_cost"]
`
const asks = program('result = await self.custom(input=problem, instruction="Answer: ")', 'answer = result["response"]')
/** Answers right without the executor, once it has failed. */
const asksAndCatches = program(
  'try:',
  '    result = await self.custom(input=problem, instruction="Answer: ")',
  '    answer = result["response"]',
  'except Exception:',
  '    answer = "42"',
)

const refuses =
  (status: number, body: object | string, headers: Readonly<Record<string, string>> = {}): Quirk =>
  (response) =>
    json(response, status, body, headers)
const error = (message: string, more: object = {}) => ({ error: { message, ...more } })

interface Case {
  readonly quirk: Quirk
  readonly kind: ServiceFailureKind
  readonly options?: Partial<ChatModelOptions>
}

const impatient = { attemptTimeoutMs: 50 }
const faults: Readonly<Record<string, Case>> = {
  'is too slow': {
    quirk: (response) => void setTimeout(() => json(response, 200, completion({ content: '42' })), 2000).unref(),
    kind: 'timeout',
    options: impatient,
  },
  hangs: { quirk: () => undefined, kind: 'timeout', options: impatient },
  'is full, as llama.cpp says it': {
    quirk: refuses(
      400,
      error('request (282 tokens) exceeds the available context size (256 tokens), try increasing it', {
        type: 'exceed_context_size_error',
      }),
    ),
    kind: 'context-overflow',
  },
  'is full, as vLLM says it': {
    quirk: refuses(
      400,
      error("This model's maximum context length is 256 tokens. However, you requested 2330 tokens."),
    ),
    kind: 'context-overflow',
  },
  'is full, as Ollama says it': {
    quirk: refuses(400, { error: 'the input length exceeds the context length' }),
    kind: 'context-overflow',
  },
  'is full, as OpenAI says it': {
    quirk: refuses(400, error('Your input is too long.', { code: 'context_length_exceeded' })),
    kind: 'context-overflow',
  },
  'is full, as TGI says it': {
    quirk: refuses(422, {
      error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 256. Given: 282 and 100',
    }),
    kind: 'context-overflow',
  },
  'is full, as SGLang says it': {
    quirk: refuses(400, { message: "The input (282 tokens) is longer than the model's context length (256 tokens)." }),
    kind: 'context-overflow',
  },
  'is full before the answer ends': {
    quirk: refuses(200, completion({ content: 'The answer is' }, 'length')),
    kind: 'context-overflow',
  },
  'takes no request of that size': { quirk: refuses(413, '<html>Too Large</html>'), kind: 'request-too-large' },
  'refuses for another reason': { quirk: refuses(400, error('logit_bias is not allowed')), kind: 'bad-request' },
  'knows no such key': { quirk: refuses(401, error('Invalid API key')), kind: 'auth' },
  'forbids it': { quirk: refuses(403, error('not yours')), kind: 'auth' },
  'knows no such model': { quirk: refuses(404, error('model "m" not found')), kind: 'not-found' },
  'has no credit': { quirk: refuses(402, error('insufficient balance')), kind: 'quota' },
  'asks to wait longer than the deadline': {
    quirk: refuses(429, error('slow down'), { 'retry-after': '3600' }),
    kind: 'rate-limit',
  },
  'has too much to do, over and over': { quirk: refuses(429, error('slow down')), kind: 'rate-limit' },
  'is loading': { quirk: refuses(503, error('Loading model')), kind: 'overloaded' },
  'breaks inside': { quirk: refuses(500, error('boom')), kind: 'server' },
  'stands behind a gateway that gave up': { quirk: refuses(504, '<html>gateway time-out</html>'), kind: 'timeout' },
  'filters the prompt': {
    quirk: refuses(400, error('content management policy', { code: 'content_filter' })),
    kind: 'content-filter',
  },
  'filters the answer': { quirk: refuses(200, completion({ content: 'I' }, 'content_filter')), kind: 'content-filter' },
  'says nothing': { quirk: refuses(200, completion({ content: '' })), kind: 'empty-content' },
  'reasons until it may not': {
    quirk: refuses(200, completion({ content: '', reasoning: 'hm' }, 'length')),
    kind: 'truncated-reasoning',
  },
  'cuts its JSON short': { quirk: refuses(200, '{"choices":[{"mess'), kind: 'malformed-body' },
  'breaks the connection': {
    quirk: (response) => {
      response.writeHead(200, { 'content-length': 9999 })
      response.write('{"id":', () => response.destroy())
    },
    kind: 'network',
  },
  'breaks it before a word': { quirk: (response) => void response.destroy(), kind: 'network' },
  'breaks it after the headers': {
    quirk: (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' })
      response.flushHeaders()
      setImmediate(() => response.destroy())
    },
    kind: 'network',
  },
  'drips, and never ends': {
    quirk: (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const drop = setInterval(() => response.write(' '), 5)
      response.once('close', () => clearInterval(drop))
    },
    kind: 'timeout',
    options: impatient,
  },
  'asks by date to wait longer than the deadline': {
    quirk: (response) =>
      json(response, 429, error('slow down'), { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }),
    kind: 'rate-limit',
  },
  'has no choices': { quirk: refuses(200, { id: 'c', choices: [], usage: null }), kind: 'malformed-body' },
  'streams although it was not asked to': {
    quirk: refuses(200, 'data: {"choices":[{"index":0,"delta":{"content":"4"}}]}\n\ndata: {"choi'),
    kind: 'malformed-body',
  },
  'hands on the refusal of another in a 200': {
    quirk: refuses(200, error('Provider returned error', { code: 429 })),
    kind: 'rate-limit',
  },
  'refuses in words of its own': {
    quirk: refuses(200, completion({ content: null, refusal: 'I cannot help with that.' })),
    kind: 'content-filter',
  },
  'calls the problem sensitive': {
    quirk: refuses(200, completion({ content: '' }, 'sensitive')),
    kind: 'content-filter',
  },
  'has too few resources in mid-answer': {
    quirk: refuses(200, completion({ content: 'The answer' }, 'insufficient_system_resource')),
    kind: 'upstream-error',
  },
  'finds its context full in mid-answer': {
    quirk: refuses(200, completion({ content: 'The answer' }, 'model_context_window_exceeded')),
    kind: 'context-overflow',
  },
  'has less than no room left, as vLLM says it': {
    quirk: refuses(400, error('max_tokens must be at least 1, got -34.', { type: 'BadRequestError' })),
    kind: 'context-overflow',
  },
  'is full, as DashScope says it': {
    quirk: refuses(400, error('<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]')),
    kind: 'context-overflow',
  },
  'inspects the data, as DashScope does': {
    quirk: refuses(400, error('Input data may contain inappropriate content.', { code: 'data_inspection_failed' })),
    kind: 'content-filter',
  },
  'is owed money, as Z.ai says it': {
    quirk: refuses(429, error('您的账户已欠费，请充值后重试。', { code: '1113' })),
    kind: 'quota',
  },
}

let server: QuirkServer
let sandbox: Sandbox
before(async () => {
  const quirks = Object.fromEntries(Object.entries(faults).map(([name, { quirk }]) => [name, quirk]))
  server = await startQuirkServer({
    ...quirks,
    good: says('42'),
    Ann: says('Ann'),
    'loading, then right': inTurn(refuses(503, error('Loading model')), says('42')),
    'busy, then right': inTurn(refuses(429, error('slow down'), { 'retry-after': '1' }), says('42')),
    'empty, then right': inTurn(refuses(200, completion({ content: '' })), says('42')),
  })
  sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 2 })
})
after(async () => {
  await sandbox.close()
  await server.close()
})

const limits = { cpuMs: 2000, wallMs: 5000, memoryMb: 256, maxOutputChars: 10_000, maxOperatorCalls: 4 }

interface Scene {
  readonly text?: string
  readonly problem?: Problem
  readonly executor?: string
  readonly judge?: string
  readonly options?: Partial<ChatModelOptions>
}

/** One rollout, with how many questions reached the executor's server. */
async function attempt({ text = asks, problem = math, executor = 'good', judge = 'good', options }: Scene) {
  const open = (model: string, boundary: 'executor' | 'judge') =>
    createChatModel({
      baseUrl: server.baseUrl,
      boundary,
      model,
      attempts: 2,
      maxTokens: 100,
      sleep: async () => {},
      ...options,
    })
  const models = { executor: open(executor, 'executor'), judge: open(judge, 'judge') }
  const before = server.turns.filter(({ body }) => body['model'] === executor).length
  try {
    const environment = createWorkflowEnvironment({
      executor: models.executor,
      judge: createJudge({ model: models.judge, attempts: 1 }),
      sandbox,
      analyzer: await createPythonAnalyzer(),
      rewards: plainRewards(),
      limits,
      promptStyle: 'brief',
      promptMaxTokens: 32,
      runFallback: true,
    })
    const context = { key: ['blame'], signal: new AbortController().signal }
    const outcome = await environment.attempt(problem, text, { tokens: [], logprobs: [], stopReason: 'stop' }, context)
    const rollout = {
      ...outcome,
      outcome: outcome.record,
      problemId: problem.id,
      problemType: problem.type,
      tokens: [],
      stopReason: 'stop',
    } as unknown as SampledRollout
    const metrics = { ...rolloutMetrics([rollout]), ...environment.metrics([rollout]) }
    const asked = server.turns.filter(({ body }) => body['model'] === executor).length - before
    return { ...outcome, rollout, metrics, asked }
  } finally {
    await models.executor.close()
    await models.judge.close()
  }
}

type Attempted = Awaited<ReturnType<typeof attempt>>

function assertServiceFailed({ score, failures, rollout, metrics }: Attempted, name: string): void {
  assert.equal(score.kind, 'unscorable')
  assert.ok(!('reward' in score))
  assert.deepEqual([metrics['service_failure_rate'], metrics['unscorable_rate'], metrics[`error/${name}`]], [1, 1, 1])
  // Without a program that ran there is no rate.
  assert.deepEqual([metrics['workflow/fallback_rate'] ?? 0, metrics['accuracy/n'], 'reward' in metrics], [0, 0, false])
  assert.deepEqual(
    failures.map(({ boundary, code }) => `${boundary}/${code}`),
    [name],
  )
  const [boundary, kind] = name.split('/') as ['executor' | 'judge', ServiceFailureKind]
  assert.throws(() => stopIfUnscorable([rollout], 0.5, 'step 1'), {
    name: 'BatonError',
    exitCode: 3,
    code: kind,
    hint: `${remedyFor(kind, boundary)} Then resume: nothing is lost.`,
  })
}

describe('an executor that', () => {
  for (const [name, { kind, options }] of Object.entries(faults))
    for (const [how, text] of [
      ['asks', asks],
      ['asks and catches', asksAndCatches],
    ] as const)
      test(`${name} leaves a program that ${how} without a reward: executor/${kind}`, async () => {
        assertServiceFailed(
          await attempt({ executor: name, text, ...(options === undefined ? {} : { options }) }),
          `executor/${kind}`,
        )
      })
})

describe('a judge that', () => {
  for (const [name, { kind, options }] of Object.entries(faults))
    test(`${name} leaves an answer without a reward: judge/${kind}`, async () => {
      const scene = { problem: qa, executor: 'Ann', judge: name, ...(options === undefined ? {} : { options }) }
      assertServiceFailed(await attempt(scene), `judge/${kind}`)
    })
})

describe('what is scored all the same', () => {
  const rewardOf = ({ score }: Attempted): number => (score.kind === 'scored' ? score.reward : Number.NaN)
  const codesOf = ({ failures }: Attempted): string[] => failures.map(({ boundary, code }) => `${boundary}/${code}`)

  for (const executor of ['empty, then right', 'loading, then right', 'busy, then right'])
    test(`an answer that came after a first try was spoilt: ${executor}`, async () => {
      const done = await attempt({ executor })
      assert.deepEqual([rewardOf(done), codesOf(done), done.asked], [10, [], 2])
    })

  for (const [what, lines, code] of [
    [
      'stuffs far more into a prompt than any problem has',
      'answer = await self.llm("x" * 200_000)',
      'policy/prompt-too-long',
    ],
    ['asks nothing', 'answer = await self.llm("  ")', 'policy/prompt-empty'],
    ['asks half a character', 'answer = await self.llm("\\ud83d")', 'policy/prompt-not-unicode'],
  ] as const)
    for (const executor of ['good', 'is full, as vLLM says it'])
      test(`a program that ${what}: its own failure, whatever the server is (${executor}), which is not asked`, async () => {
        const done = await attempt({ text: program(lines), executor })
        assert.equal(rewardOf(done), -10)
        assert.equal(codesOf(done)[0], code)
        assert.equal(done.metrics['service_failure_rate'], 0)
        assert.equal(done.metrics['workflow/fallback_rate'], 1)
        // The fallback workflow may ask; the program did not.
        const { record } = done
        assert.ok(record.environment === 'workflows' && record.operators.every(({ llmCalls }) => llmCalls === 0))
      })

  test('a program that raises, loops or calls too often', async () => {
    for (const [lines, code] of [
      [['answer = {}["no"]'], 'sandbox/key-error'],
      [['answer = ""', 'while problem: pass'], 'sandbox/deadline-cpu'],
      [['for _ in range(9): answer = await self.llm("x")'], 'sandbox/operator-calls'],
    ] as const) {
      const done = await attempt({ text: program(...lines) })
      assert.ok(rewardOf(done) < 0)
      assert.equal(codesOf(done)[0], code)
    }
  })
})
