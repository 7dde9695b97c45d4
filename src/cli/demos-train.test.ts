import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import type { JsonObject } from '../core/json.ts'
import { writeToyFiles } from '../demonstrations/environment/testing/toy-demonstrations.ts'
import { readRun } from '../runs/index.ts'
import { listRuns } from '../runs/testing/list-runs.ts'
import { startCommandLine } from './testing/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-demos-'))
before(() => void writeToyFiles(folder))
const commands = startCommandLine()
after(() => {
  commands.close()
  rmSync(folder, { recursive: true })
})

const main = join(import.meta.dirname, 'main.ts')
const files = ['-d', 'sequences.json', '-e', 'embeddings.safetensors']
const settings = (...keys: string[]): string[] => keys.flatMap((key) => ['--set', key])
const small = settings(
  ...['policy.pointer.hiddenWidth=8', 'training.imitation.steps=6', 'training.steps=4', 'training.problemsPerStep=4'],
  ...['training.groupSize=4', 'training.checkpointEvery=2', 'evaluation.problems=2', 'evaluation.during.problems=2'],
  'training.acceptLowSignal=true',
)

const baton = (...argv: string[]) => commands.run(folder, ['demos', ...argv])

const runFolder = (name: string): string => join('runs', name)

function stateOf(name: string): string | undefined {
  return listRuns(join(folder, 'runs')).find((run) => run.name === name)?.state.state
}

function stepsOf(name: string): Readonly<Record<string, number>>[] {
  const run = readRun(join(folder, runFolder(name)))
  try {
    return run.steps().map(({ metrics }) => metrics)
  } finally {
    run.close()
  }
}

const selectorOf = (run: string): Buffer => readFileSync(join(folder, runFolder(run), 'selector.safetensors'))

test('a training killed and resumed on the command line ends as one that was not; converted, its selector is the same', async () => {
  const whole = await baton('train', ...files, ...small, ...settings('run.name=whole'))
  assert.equal(whole.code, 0, whole.stderr)
  const argv = [main, 'demos', 'train', ...files, ...small, ...settings('run.name=killed')]
  const running = spawn(process.execPath, argv, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (/^step +\d/m.test(said)) running.kill('SIGKILL')
  })
  await once(running, 'close')
  assert.equal(stateOf('killed'), 'killed', said)
  const resumed = await baton('train', '--resume', runFolder('killed'))
  assert.equal(resumed.code, 0, resumed.stderr)
  assert.equal(stateOf('killed'), 'complete')
  assert.deepEqual(selectorOf('killed'), selectorOf('whole'))
  const withoutTime = (name: string) =>
    stepsOf(name).map((metrics) => Object.entries(metrics).filter(([key]) => !key.startsWith('time/')))
  assert.deepEqual(withoutTime('killed'), withoutTime('whole'))
  const there = await baton(
    'convert',
    join(runFolder('whole'), 'selector.safetensors'),
    'old.safetensors',
    '--to',
    'v2-single',
  )
  assert.equal(there.code, 0, there.stderr)
  const legacy = await baton('train', ...files, '--start', 'old.safetensors')
  assert.equal(legacy.code, 2)
  assert.match(legacy.stderr, /cross_attn_layers\.0\.in_proj_weight.*baton demos convert/s)
  assert.equal((await baton('convert', 'old.safetensors', 'new.safetensors')).code, 0)
  assert.deepEqual(readFileSync(join(folder, 'new.safetensors')), selectorOf('whole'))
})

test('given sequences are learned from as they were judged: nothing is asked, the run is a training', async () => {
  const steps = stepsOf('whole')
  assert.equal(steps.length, 10)
  assert.ok(steps.slice(0, 6).every((metrics) => 'imitation/temperature' in metrics))
  assert.ok(steps.slice(6).every((metrics) => metrics['cost/llm_calls'] === 0 && 'kl' in metrics))
  const run = readRun(join(folder, runFolder('whole')))
  assert.deepEqual(run.evaluations(), [])
  assert.equal(run.manifest.kind, 'training')
  assert.deepEqual(Object.keys(run.manifest.datasets), ['embeddings', 'sequences 1'])
  assert.equal((run.config.training as JsonObject)['rollouts'], 'collected')
  run.close()
  const measured = await commands.run(folder, ['eval', runFolder('whole')])
  assert.equal(measured.code, 2, measured.stderr)
  assert.match(measured.stderr, /demos eval --selector runs\/whole\/selector\.safetensors/)
  for (const name of ['report.html', 'reference']) assert.ok(existsSync(join(folder, runFolder('whole'), name)), name)
  const again = await baton('train', '--resume', runFolder('whole'))
  assert.equal(again.code, 0, again.stderr)
  assert.match(again.stdout, /complete/)
})

test('other data are refused when a run is resumed, unless that is forced; keys can be changed', async () => {
  writeToyFiles(folder, { profileHash: 'another' })
  const refused = await baton('train', '--resume', runFolder('whole'), ...settings('training.steps=5'))
  assert.equal(refused.code, 2, refused.stdout)
  assert.match(refused.stderr, /sequences 1/)
  const forced = await baton('train', '--resume', runFolder('whole'), '--force', ...settings('training.steps=5'))
  assert.equal(forced.code, 0, forced.stderr)
  assert.equal(stepsOf('whole').length, 11)
  writeToyFiles(folder)
})

test('a collection has new sequences judged as it judged, and the result is measured on its held-out questions', async () => {
  const sizes = ['--generated', '40', '--queries', '14', '--pool-size', '8', '--sequences', '4', '--similar', '1']
  const collected = await baton('collect', ...sizes)
  assert.equal(collected.code, 0, collected.stderr)
  const name = readdirSync(join(folder, 'runs')).find((run) => run.startsWith('demos-collect-')) as string
  const collection = ['--collection', runFolder(name)]
  const sampled = await baton('train', ...collection, ...small, '--shots', '3', ...settings('run.name=sampled'))
  assert.equal(sampled.code, 0, sampled.stderr)
  const steps = stepsOf('sampled')
  assert.ok(steps.slice(6).every((metrics) => metrics['cost/llm_calls'] === 16))
  assert.equal(steps[6]!['completions/mean_length'], 3)
  const run = readRun(join(folder, runFolder('sampled')))
  const labels = run.evaluations().map(({ label, split }) => `${label} ${split}`)
  assert.ok(labels.includes('before validation') && labels.includes('after validation'), labels.join())
  const learned = new Set(run.rolloutDigests({ phase: 'train' }).map(({ problemId }) => problemId))
  const measured = run.rolloutDigests({ phase: 'evaluation' }).map(({ problemId }) => problemId)
  assert.ok(measured.length > 0 && measured.every((id) => !learned.has(id)))
  run.close()
  const given = await baton(
    'train',
    ...collection,
    ...small,
    ...settings('training.rollouts=collected', 'run.name=given'),
  )
  assert.equal(given.code, 0, given.stderr)
  assert.ok(
    stepsOf('given')
      .slice(6)
      .every((metrics) => metrics['cost/llm_calls'] === 0),
  )
  const started = ['--start', join(runFolder('given'), 'selector.safetensors')]
  const more = await baton(
    'train',
    ...collection,
    ...started,
    ...small,
    ...settings('training.rollouts=collected', 'run.name=more'),
  )
  assert.equal(more.code, 0, more.stderr)
  assert.notDeepEqual(selectorOf('more'), selectorOf('given'))
})

test('a dry run checks, a printed configuration can be given back; neither makes a run', async () => {
  const runs = readdirSync(join(folder, 'runs'))
  const dry = await baton('train', ...files, ...small, '--dry-run')
  assert.equal(dry.code, 0, dry.stderr)
  assert.match(dry.stdout, /problems +\d+ train/)
  const printed = await baton('train', ...files, ...small, '--shots', '3', '--print-config')
  assert.equal(printed.code, 0, printed.stderr)
  const config = parse(printed.stdout)
  assert.deepEqual(config.demonstrations.sequences, ['sequences.json'])
  assert.deepEqual(
    [config.environment, config.policy.engine, config.policy.maxCompletionTokens, config.training.rollouts],
    ['demonstrations', 'pointer', 3, 'collected'],
  )
  writeFileSync(join(folder, 'mine.yaml'), printed.stdout)
  const again = await baton('train', '--config', 'mine.yaml', '--print-config')
  assert.equal(again.code, 0, again.stderr)
  assert.deepEqual(parse(again.stdout), config)
  assert.deepEqual(readdirSync(join(folder, 'runs')), runs)
})
