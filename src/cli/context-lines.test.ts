/** The whole way from a configuration and its problems to what is said of a server's context. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../config/index.ts'
import type { Problem } from '../core/problem.ts'
import { json, startQuirkServer } from '../llm/testing/quirk-server.ts'
import { checkContexts, contextFindings, sampleOf, serverPlace } from '../session/check-context.ts'
import { contextLines } from './context-lines.ts'

const problem = (id: string, bytes: number): Problem => ({
  id,
  type: 'math',
  source: 'test',
  question: 'x'.repeat(bytes),
  answer: '42',
  difficulty: 1,
})
const problems = [problem('a', 100), problem('b', 400), problem('c', 4000)]

interface Scene {
  /** The row of the model list. */
  readonly row?: object
  readonly set?: readonly string[]
  readonly asked?: readonly Problem[]
  readonly promptTokens?: number | null
}

async function checked({ row = {}, set = [], asked = problems, promptTokens = null }: Scene) {
  const server = await startQuirkServer({
    'GET /v1/models': (response) => json(response, 200, { data: [{ id: 'm', ...row }] }),
  })
  try {
    const { baseUrl } = server
    const { config } = loadConfig({
      preset: 'tiny',
      set: [`llm.executor.baseUrl=${baseUrl}`, 'llm.executor.model=m', 'llm.executor.maxTokens=100', ...set],
      environment: {},
    })
    const probes = new Map([[serverPlace({ baseUrl, model: 'm' }), { promptBytes: 400, promptTokens }]])
    const inputs = { config, problems: asked, examples: [], probes, environment: {}, timeoutMs: 60_000 }
    const checks = await checkContexts(inputs, new AbortController().signal)
    const lines = Object.fromEntries(checks.map((check) => [check.role, contextLines(check)]))
    const lists = server.turns.filter(({ path }) => path === '/v1/models').length
    return { lines, findings: contextFindings(checks), lists }
  } finally {
    await server.close()
  }
}

test('prompts and replies that fit: the numbers, what they are measured by, and a line for each kind of prompt', async () => {
  const { lines, findings, lists } = await checked({
    row: { max_model_len: 8192, owned_by: 'vllm' },
    promptTokens: 116,
  })
  const [verdict, rate, ...kinds] = lines['executor'] ?? []
  assert.match(
    verdict ?? '',
    /^context {4}ok: prompts up to about 1,5\d\d tokens \+ 100 of reply; the server's context is 8,192 \(vLLM\)$/,
  )
  assert.equal(rate?.trim(), 'by 4.0 bytes a token, measured here')
  assert.deepEqual(
    kinds.map((line) => line.trim().replace(/^1,\d{3} /, 'N ')),
    [
      'N tokens with the problem alone (Programmer)',
      'N tokens with 1 earlier answer of full length (Review)',
      'N tokens with 2 earlier answers of full length (Revise)',
      'N tokens with 5 earlier answers of full length (ScEnsemble)',
    ],
  )
  assert.deepEqual([findings, lists], [[], 1])
  assert.match(lines['judge']?.[0] ?? '', /^context {4}ok: prompts up to about /)
})

test('problems that do not fit are counted, and the server option and the setting that help are named', async () => {
  const { lines, findings } = await checked({ row: { max_model_len: 900, owned_by: 'vllm' }, promptTokens: 116 })
  const [verdict, , ...more] = lines['executor'] ?? []
  const remedy = more.pop()
  assert.match(verdict ?? '', /^context {4}WARNING, too short: .* the server's context is 900 \(vLLM\)/)
  assert.equal(more.length, 4)
  for (const line of more) assert.match(line, /: too long for 1 of 3 problems$/)
  assert.match(remedy ?? '', /^ +Start the server with --max-model-len 16\d\d, or leave out the longest problems\.$/)
  const [executor] = findings
  assert.deepEqual([executor?.code, executor?.level], ['context-too-short', 'warning'])
})

test('a context that only long answers fill is a warning of the dry run and a note of the training; the value named fits', async () => {
  const scene = { row: { meta: { n_ctx: 1600 } }, promptTokens: 116 }
  const { lines, findings } = await checked(scene)
  const [verdict, , ...more] = lines['executor'] ?? []
  const remedy = more.pop()
  assert.match(verdict ?? '', /WARNING, too short for long answers: .* 1,600 \(llama\.cpp\)/)
  assert.deepEqual(
    more.map((line) => / \((\w+)\): too long for 1 of 3 problems$/.exec(line)?.[1]),
    [undefined, undefined, undefined, 'ScEnsemble'],
  )
  const reply = /^ +Start the server with -c (\d+) -np 1, or set (llm\.executor\.maxTokens): (\d+)\.$/.exec(
    remedy ?? '',
  )
  assert.ok(reply !== null, remedy)
  assert.equal(findings[0]?.level, 'note')
  const followed = [
    await checked({ ...scene, set: [`${reply[2]}=${reply[3]}`] }),
    await checked({ ...scene, row: { meta: { n_ctx: Number(reply[1]) } } }),
  ]
  for (const { lines: after } of followed) assert.match(after['executor']?.[0] ?? '', /^context {4}ok: /)
})

test('a server that does not say is unknown, not ok, and the estimate is said to be assumed', async () => {
  const { lines, findings } = await checked({})
  assert.match(
    lines['executor']?.[0] ?? '',
    /^context {4}unknown: prompts up to about .*; the server does not say its context$/,
  )
  assert.equal(lines['executor']?.[1]?.trim(), 'by 3.0 bytes a token, assumed')
  assert.deepEqual(findings, [])
})

test('what a model takes is not what its server gives: unknown where it would do, a warning where it would not', async () => {
  const most = async (length: number) =>
    (await checked({ row: { meta: { n_ctx_train: length } } })).lines['executor']?.[0] ?? ''
  assert.match(
    await most(32768),
    /unknown: .* the model takes 32,768, the server \(llama\.cpp\) may give a request less/,
  )
  assert.match(await most(512), /WARNING, too short/)
})

test('the simulator is not asked, nor a judge that hidden tests leave without work', async () => {
  const simulated = await checked({ set: ['llm.executor.baseUrl=simulator', 'llm.executor.model=simulator'] })
  assert.deepEqual([simulated.lines, simulated.lists], [{}, 0])
  const code: Problem = { ...problem('d', 50), type: 'code', entryPoint: 'f', hiddenTests: ['assert f(1) == 2'] }
  assert.deepEqual(Object.keys((await checked({ asked: [code] })).lines), ['executor'])
})

test('a generator is asked for the whole contract: its prompt is far longer than the problem', async () => {
  const { lines } = await checked({
    set: ['policy.engine=frozen', 'policy.frozen.baseUrl=http://127.0.0.1:9/v1', 'policy.frozen.model=g'],
  })
  const tokens = /prompts up to about ([\d,]+) tokens/.exec(lines['policy']?.[0] ?? '')?.[1]?.replace(',', '')
  assert.ok(Number(tokens) > 2000, lines['policy']?.[0])
})

test('the sample is the beginning of the longest problem, and whole characters', () => {
  assert.equal(sampleOf(problems), 'x'.repeat(400))
  assert.equal(sampleOf([]), '')
  assert.ok(sampleOf([{ ...problem('e', 0), question: `x${'😀'.repeat(300)}` }]).isWellFormed())
})
