import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BatonError } from '../core/failure.ts'
import { compareEvaluations, readEvaluation } from '../demonstrations/evaluation/index.ts'
import { vqaAccuracy } from '../demonstrations/metric/vqa-accuracy.ts'
import { json, startQuirkServer } from '../llm/testing/quirk-server.ts'
import { listRuns } from '../runs/testing/list-runs.ts'
import { type DemosEvalOptions, demosEvalCommand } from './demos-eval-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'demos-eval-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const answersOf = (number: number): string[] => Array.from({ length: 4 }, () => (number % 2 === 0 ? 'unknown' : 'red'))

/** Text questions, whatever the simulator says to them. */
function writeQuestions(name: string, count: number): string {
  const path = join(folder, `${name}.jsonl`)
  const rows = Array.from({ length: count }, (_, i) => ({
    id: `${name}-${i}`,
    question: `what is ${name} number ${i}`,
    answers: answersOf(i),
  }))
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'))
  return path
}

const options: DemosEvalOptions = {
  questions: writeQuestions('held', 12),
  index: writeQuestions('train', 20),
  normalisation: 'official',
  shots: '2,1',
  prefixes: '4,8',
  poolSize: '6',
  encoder: 'ngrams',
  server: 'simulator',
  sampler: 'text-similar',
  seed: '1',
  concurrency: '4',
  out: join(folder, 'runs'),
}

/** What the command prints is left out of the test's own output. */
async function quietly(given: DemosEvalOptions): Promise<void> {
  const write = process.stdout.write
  process.stdout.write = () => true
  try {
    await demosEvalCommand(given)
  } finally {
    process.stdout.write = write
  }
}

test('an evaluation leaves rows, identity and report; done again it is the same to the byte', async () => {
  await quietly({ ...options, name: 'first' })
  await quietly({ ...options, name: 'second' })
  assert.deepEqual(
    listRuns(options.out).map(({ state }) => state.state),
    ['complete', 'complete'],
  )
  const first = readEvaluation(join(options.out, 'first'))
  assert.equal(first.rows.length, 12 * (1 + 3 * 2))
  assert.deepEqual([...new Set(first.rows.map(({ method }) => method))], ['zero-shot', 'random', 'fixed', 'similar'])
  for (const { questionId, prediction, score } of first.rows) {
    const number = Number(questionId.split('-')[1])
    assert.equal(score, vqaAccuracy(prediction ?? '', answersOf(number), 'official'))
  }
  assert.ok(first.rows.every(({ demonstrations, questionId }) => !demonstrations.includes(questionId)))
  const rowsOf = (name: string): string => readFileSync(join(options.out, name, 'questions.jsonl'), 'utf8')
  assert.equal(rowsOf('second'), rowsOf('first'))
  const { rows } = compareEvaluations(first, readEvaluation(join(options.out, 'second')))
  assert.deepEqual(
    rows.map(({ shots, difference, mcNemar }) => [shots, difference, mcNemar]),
    [
      [1, 0, 1],
      [2, 0, 1],
    ],
  )
  const page = readFileSync(join(options.out, 'first', 'report.html'), 'utf8')
  assert.ok(page.includes('1 to 4') && page.includes('first 8') && page.includes('分段'))
  await quietly({ ...options, resume: join(options.out, 'first') })
  assert.equal(rowsOf('first'), rowsOf('second'))
})

test('a server that answers nothing ends an evaluation with exit code 3, long before it was asked everything', async () => {
  const server = await startQuirkServer({ m: (response) => json(response, 401, { error: { message: 'no such key' } }) })
  const failed = quietly({ ...options, name: 'dead', server: server.baseUrl, model: 'm' })
  await assert.rejects(failed, (error) => {
    assert.ok(error instanceof BatonError)
    assert.deepEqual([error.exitCode, error.code], [3, 'auth'])
    assert.match(error.message, /^8 questions in a row had no answer .*no such key/)
    assert.match(
      error.hint ?? '',
      /--api-key-env .* valid key\.[\s\S]*continue with: npx baton demos eval --resume .*dead$/,
    )
    return true
  })
  // Of the 84 prompts, those that were under way as the eighth had failed.
  assert.ok(server.turns.length < 20, `${server.turns.length} asked`)
  assert.ok(!existsSync(join(options.out, 'dead', 'report.html')))
  await server.close()
})

test('other pools and another profile make evaluations that are not compared', async () => {
  const profile = join(folder, 'profile.json')
  writeFileSync(profile, JSON.stringify({ name: 'other', maxTokens: 3 }))
  await quietly({ ...options, name: 'pools', seed: '2', sampler: 'random' })
  await quietly({ ...options, name: 'profile', profile })
  const read = (name: string) => readEvaluation(join(options.out, name))
  assert.throws(() => compareEvaluations(read('first'), read('pools')), /differ in pool/)
  assert.throws(() => compareEvaluations(read('first'), read('profile')), /differ in evaluation profile/)
})

test('wrong input is told with the fix, and leaves no run behind', async () => {
  for (const [wrong, pattern] of [
    [{ shots: '0' }, /--shots/],
    [{ shots: '' }, /--shots is empty/],
    [{ sampler: 'nearest' }, /--sampler nearest/],
    [{ poolSize: '1' }, /too few for 2 shots/],
    [{ poolSize: '500' }, /a pool of 500/],
    [{ server: 'http://localhost:1/v1' }, /needs --model/],
    [{ server: 'localhost' }, /--server must be .* an address/],
    [{ encoder: 'clap' }, /--encoder clap/],
    [{ questions: join(folder, 'none.jsonl') }, /none.jsonl/],
    [{ predictions: join(folder, 'none.json') }, /--predictions: .*none.json does not exist/],
    [{ predictions: options.index ?? '', normalisation: 'stem' }, /--normalisation stem/],
    [{ profile: options.index ?? '' }, /train.jsonl/],
    [{ selector: options.index ?? '' }, /train.jsonl/],
    [{ resume: folder }, /is not a run/],
  ] as const) {
    const name = `wrong-${Object.keys(wrong)[0]}`
    await assert.rejects(
      quietly({ ...options, name, ...wrong }),
      (error) => error instanceof BatonError && error.exitCode === 2 && pattern.test(error.message),
      JSON.stringify(wrong),
    )
    assert.ok(!existsSync(join(options.out, name)))
  }
})
