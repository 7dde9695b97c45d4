/** A generator that is not trained, behind either API: best of n, its report, its experience in a later prompt. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { baton } from '../src/cli/testing/command-line.ts'
import { completion, json, type Quirk, startQuirkServer } from '../src/llm/testing/quirk-server.ts'
import { readRun } from '../src/runs/index.ts'
import { writeProgram } from '../src/workflows/programs/index.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-frozen-'))
after(() => rmSync(root, { recursive: true, force: true }))

const program = writeProgram([{ kind: 'generate', generator: { operator: 'Programmer', key: 'output' }, times: 1 }])
const isProbe = (body: object): boolean => JSON.stringify(body).includes('the one word: ready')

/** Every third answer is no program. */
const texts = (body: Readonly<Record<string, unknown>>, hit: number): string =>
  isProbe(body) ? 'ready' : hit % 3 === 0 ? 'I would rather not.' : `\`\`\`python\n${program}\`\`\``

const openAi: Quirk = (response, { body, hit }) => json(response, 200, completion({ content: texts(body, hit) }))

const anthropic: Quirk = (response, { path, headers, body, hit }) => {
  const isRight =
    path === '/v1/messages' && headers['x-api-key'] === 'key-of-tests' && headers['anthropic-version'] === '2023-06-01'
  if (!isRight) return json(response, 401, { type: 'error', error: { type: 'authentication_error', message: 'no' } })
  if (!isProbe(body) && hit % 5 === 0)
    return json(response, 529, { type: 'error', error: { type: 'overloaded_error', message: 'busy' } })
  json(response, 200, {
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: texts(body, hit) }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 100, output_tokens: 50 },
  })
}

function settings(name: string, baseUrl: string, more: readonly string[]): string[] {
  const keys = [
    `run.name=${name}`,
    'data.mix={math: 1, code: 0, qa: 0}',
    'training.steps=1',
    'evaluation.problems=2',
    'policy.engine=frozen',
    `policy.frozen.baseUrl=${baseUrl}`,
    'policy.frozen.inputPerMillionUsd=1',
    'policy.frozen.outputPerMillionUsd=2',
    'policy.maxCompletionTokens=512',
    ...more,
  ]
  return ['train', '--preset', 'tiny', ...keys.flatMap((key) => ['--set', key])]
}

test('best of n over an OpenAI API, resumed for nothing; its best workflows stand in the prompt of a run over the messages API', async () => {
  const server = await startQuirkServer({
    'GET /v1/models': (response) =>
      json(response, 200, { object: 'list', data: [{ id: 'generator' }, { id: 'messenger' }] }),
    generator: openAi,
    messenger: anthropic,
  })
  after(() => server.close())
  const first = await baton(root, settings('first', server.baseUrl, ['policy.frozen.model=generator']))
  assert.equal(first.code, 0, first.stderr)
  assert.match(first.stdout, /best of 4; nothing is trained/)
  const run = readRun(join(root, 'runs', 'first'))
  const totals = run.callTotals()
  const [step] = run.steps()
  run.close()
  // Two problems before, greedy and sampled, and a step of 4 problems by 4.
  assert.equal(totals['policy']?.calls, 2 * 2 + 16)
  assert.ok((totals['policy']?.costUsd ?? 0) > 0)
  assert.ok((step?.metrics['best_of_n/accuracy'] ?? 0) >= (step?.metrics['accuracy'] ?? 1))
  assert.match(readFileSync(join(root, 'runs', 'first', 'report.md'), 'utf8'), /Nothing was trained\. .*the best of 4/)

  const asked = server.turns.length
  const resumed = await baton(root, ['train', '--resume', 'runs/first'])
  assert.equal(resumed.code, 0, resumed.stderr)
  const since = server.turns.slice(asked).filter(({ body, path }) => path.endsWith('completions') && !isProbe(body))
  assert.equal(since.length, 0)

  process.env['BATON_TEST_KEY'] = 'key-of-tests'
  const second = await baton(
    root,
    settings('second', server.baseUrl, [
      'policy.frozen.model=messenger',
      'policy.frozen.api=anthropic',
      'policy.frozen.apiKeyEnvironment=BATON_TEST_KEY',
      'policy.frozen.examples.run=runs/first',
    ]),
  )
  assert.equal(second.code, 0, second.stderr)
  const prompts = server.turns.filter(({ path, body }) => path === '/v1/messages' && !isProbe(body))
  assert.ok(prompts.length >= 18)
  const ofMath = prompts.filter(({ body }) => String(body['system']).includes('solve a math problem'))
  assert.ok(ofMath.length >= 16)
  // All but those of the one problem that the example was written for.
  const shown = ofMath.filter(({ body }) => {
    return /earned high rewards on other math problems[\s\S]*Programmer/.test(String(body['system']))
  })
  assert.ok(shown.length >= 12 && shown.length < ofMath.length, `${shown.length} of ${ofMath.length}`)
  for (const { body } of ofMath) {
    assert.ok((body['messages'] as readonly { role: string }[]).every(({ role }) => role !== 'system'))
  }
})
