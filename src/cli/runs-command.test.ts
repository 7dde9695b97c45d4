import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Ending } from '../core/run-events.ts'
import { type EvaluatedQuestion, writeStoredEvaluation } from '../demonstrations/evaluation/index.ts'
import { evaluation, step } from '../reports/testing/fake-run.ts'
import { createRun, type RunKind } from '../runs/index.ts'
import { openServeDatabase } from '../tinker-server/serve-database.ts'
import { speak } from './language.ts'
import { type RunsOptions, runsCommand } from './runs-command.ts'
import { textWidth } from './text-width.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-list-'))
after(() => rmSync(root, { recursive: true }))

const plain = { resolvedYaml: 'seed: 1\n', origin: { configHash: '', seed: 1, datasets: {}, argv: [] } }

function make(name: string, kind: RunKind, day: number, ending: Ending | null): void {
  const run = createRun({
    root,
    name,
    kind,
    resolvedYaml: 'seed: 1\ntraining:\n  steps: 30\n',
    origin: { configHash: '', seed: 1, datasets: {}, argv: [] },
    now: () => new Date(2026, 0, day, 3, 4),
  })
  run.event({ kind: 'run-begin' })
  if (name === 'first') {
    run.recordEvaluation(evaluation('before', 0, [false, false, true]))
    run.recordStep(step(1))
    run.recordStep(step(2))
    run.recordEvaluation(evaluation('step-2', 2, [true, false, true]))
  }
  if (ending !== null) run.event({ kind: 'run-end', ...ending })
  run.close()
}

make('first', 'training', 1, { state: 'stopped', code: 'budget' })
make('数学', 'collection', 2, { state: 'complete' })
make('third', 'evaluation', 3, null)

function listing(options: Partial<RunsOptions>, columns?: number, folder = root): string {
  const real = { write: process.stdout.write, isTTY: process.stdout.isTTY, columns: process.stdout.columns }
  let text = ''
  const fake = { isTTY: columns !== undefined, columns: columns ?? 80 }
  Object.assign(process.stdout, fake, {
    write: (part: string) => {
      text += part
      return true
    },
  })
  const noColor = process.env['NO_COLOR']
  process.env['NO_COLOR'] = '1'
  try {
    runsCommand(folder, { sort: 'when', ...options })
    return text
  } finally {
    Object.assign(process.stdout, real)
    if (noColor === undefined) delete process.env['NO_COLOR']
    else process.env['NO_COLOR'] = noColor
  }
}

test('each run has a line with state, kind, step, accuracy, cost, size and time; the newest stands first', () => {
  const [titles = '', ...lines] = listing({}).trimEnd().split('\n')
  assert.match(titles, /^run +state +kind +step +accuracy +cost +size +begun$/)
  assert.match(lines[0] ?? '', /^third +killed +evaluation +– +– +\$0\.0000 +\d+ kB +2026-01-03 03:04$/)
  assert.match(lines[1] ?? '', /^数学 +complete +collection /)
  assert.match(lines[2] ?? '', /^first +stopped: budget +training +2\/30 +66\.7 % \[20\.8, 93\.9\] n=3 step-2, greedy /)
  const starts = [titles, ...lines].map((line) =>
    textWidth(line.slice(0, line.search(/state|killed|complete|stopped/))),
  )
  assert.deepEqual(new Set(starts), new Set([7]))
})

test('another order', () => {
  const names = (sort: string): string[] =>
    listing({ sort })
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(' ')[0] ?? '')
  assert.deepEqual(names('name'), ['first', 'third', '数学'])
  assert.deepEqual(names('accuracy'), ['first', 'third', '数学'])
  assert.deepEqual(names('state'), ['数学', 'third', 'first'])
  assert.throws(() => listing({ sort: 'colour' }), /--sort must be one of when, name/)
})

test('a narrow terminal keeps name, state, step and accuracy', () => {
  const [titles = '', ...lines] = listing({}, 60).trimEnd().split('\n')
  assert.match(titles, /^run +state +step +accuracy$/)
  for (const line of lines) assert.ok(textWidth(line) <= 60, line)
})

test('for programs: numbers and the whole state', () => {
  const { version, runs } = JSON.parse(listing({ json: true })) as { version: number; runs: Record<string, unknown>[] }
  assert.equal(version, 1)
  assert.deepEqual(
    runs.map(({ name, kind, state }) => ({ name, kind, state })),
    [
      { name: 'third', kind: 'evaluation', state: { state: 'killed' } },
      { name: '数学', kind: 'collection', state: { state: 'complete' } },
      { name: 'first', kind: 'training', state: { state: 'stopped', code: 'budget' } },
    ],
  )
  assert.equal(runs[2]?.['step'], 2)
  assert.ok((runs[2]?.['sizeBytes'] as number) > 1000)
})

test('a failed run says why, and one that cannot be read is listed with the reason', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-damaged-'))
  try {
    const failed = createRun({ ...plain, root: folder, name: 'failed' })
    failed.event({ kind: 'run-begin' })
    failed.event({
      kind: 'run-end',
      state: 'failed',
      code: 'network',
      message: 'http://box:8002/v1 cannot be reached.',
    })
    failed.close()
    const damaged = ['journal.sqlite', 'config.yaml', 'manifest.json']
    for (const [i, file] of damaged.entries()) {
      cpSync(failed.folder, join(folder, `damaged-${i}`), { recursive: true })
      writeFileSync(join(folder, `damaged-${i}`, file), '{')
    }
    const text = listing({ sort: 'name' }, undefined, folder)
    assert.match(text, /^failed +failed: network +training +0 /m)
    assert.match(text, /^failed: http:\/\/box:8002\/v1 cannot be reached\.$/m)
    for (const [i, file] of damaged.entries()) {
      assert.match(text, new RegExp(`^damaged-${i} +damaged +(?:training|–) +– `, 'm'))
      assert.match(text, new RegExp(`^damaged-${i}: .*${file.replace('.', '\\.')}.*$`, 'm'))
    }
    for (const line of listing({}, 60, folder).split('\n')) assert.ok(textWidth(line) <= 60, line)
    const { runs } = JSON.parse(listing({ json: true, sort: 'name' }, undefined, folder))
    assert.equal(runs.find((run: { name: string }) => run.name === 'damaged-1').state.state, 'damaged')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('an evaluation of demonstrations has the accuracy of its method, a server whether it runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-kinds-'))
  try {
    const run = createRun({ ...plain, root: folder, name: 'demos', kind: 'evaluation' })
    const rows = ['learned', 'similar'].flatMap((method) =>
      [1, 2, 4].flatMap((shots) =>
        [1, 0, 1, null].map((score, i): EvaluatedQuestion => {
          const right = method === 'learned' && shots === 2 ? score : 0
          const question = { questionId: `q${i}`, imageId: `image${i % 2}`, demonstrations: [], prediction: '' }
          return { method, shots, ...question, score: right }
        }),
      ),
    )
    const hashes = { questionsHash: '', profileHash: '', profileName: '', poolHash: null, model: '' }
    writeStoredEvaluation(run, { identity: { ...hashes, questionCount: 4 }, method: 'learned', rows })
    run.close()
    mkdirSync(join(folder, 'serve'))
    const database = openServeDatabase(join(folder, 'serve', 'serve.sqlite'))
    assert.match(listing({}, undefined, folder), /^serve +running +serve +– +– +– +\d.* kB +20/m)
    database.close()
    const text = listing({}, undefined, folder)
    assert.match(text, /^serve +stopped +serve /m)
    assert.match(text, /^demos +unknown +evaluation +– +66\.7 % \[.*\] n=3 learned, 2 shots /m)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a misspelt order is guessed', () => {
  assert.throws(() => listing({ sort: 'acuracy' }), { hint: 'Did you mean --sort accuracy?' })
  assert.throws(() => listing({ sort: 'toString' }), /--sort must be one of/)
})

test('in Chinese, as wide as in English', async () => {
  await speak('zh')
  try {
    const text = listing({})
    assert.match(text, /^运行 +状态 +种类 +步 +准确率 +成本 +大小 +开始于\nthird +被杀死 +示例评估 /)
    assert.match(text, /^first +已停止：budget +训练 +2\/30 +66\.7 % .* n=3 第 2 步，贪心 /m)
    for (const line of listing({}, 60).split('\n')) assert.ok(textWidth(line) <= 60, line)
  } finally {
    await speak('en')
  }
})
