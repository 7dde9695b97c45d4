/** `baton eval`: what it says of the problems that it measures on, which settings it takes, and how it is stopped. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type CommandLine, startCommandLine } from '../src/cli/testing/command-line.ts'
import { readRun } from '../src/runs/index.ts'
import { startCountingServer } from './counting-server.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-eval-'))
const folder = join(root, 'runs', 'first')
const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')
let commands: CommandLine
after(() => {
  commands.close()
  rmSync(root, { recursive: true, force: true })
})

before(async () => {
  commands = startCommandLine()
  const small = ['training.steps=1', 'training.problemsPerStep=2', 'training.groupSize=2', 'evaluation.problems=2']
  const set = [...small, 'run.name=first', 'training.acceptLowSignal=true'].flatMap((key) => ['--set', key])
  const trained = await commands.run(root, ['train', '--preset', 'tiny', ...set])
  assert.equal(trained.code, 0, trained.stderr)
  const rows = (file: string, count: number): string[] =>
    readFileSync(`data/problems/${file}.jsonl`, 'utf8').split('\n').slice(0, count)
  writeFileSync(join(root, 'mixed.jsonl'), [...rows('train', 1), ...rows('test', 2)].join('\n'))
  writeFileSync(join(root, 'others.jsonl'), rows('test', 2).join('\n'))
})

const greedy = ['eval', 'runs/first', '--greedy']

test('problems that were trained on are counted in a warning, others are not', async () => {
  const mixed = await commands.run(root, [...greedy, '--data', 'mixed.jsonl', '--problems', '3'])
  assert.equal(mixed.code, 0, mixed.stderr)
  assert.match(
    mixed.stderr,
    /^warning: 1 of 3 problems were trained on: .*\n {7}.*data audit .*train\.jsonl mixed\.jsonl/m,
  )
  const others = await commands.run(root, [...greedy, '--data', 'others.jsonl'])
  assert.equal(others.code, 0, others.stderr)
  assert.equal(others.stderr, '')
})

test('the limit of a run is said, one that was given is not', async () => {
  const limited = await commands.run(root, [...greedy, '--data', 'mixed.jsonl'])
  assert.match(limited.stderr, /^note: 2 of 3 problems \(evaluation\.problems of the run\); --problems 3 for all$/m)
  const asked = await commands.run(root, [...greedy, '--data', 'mixed.jsonl', '--problems', '2'])
  assert.doesNotMatch(asked.stderr, /note/)
})

test('settings that an evaluation does not read are refused', async () => {
  for (const set of [
    'training.learningRate=1',
    'training.steps=9',
    'run.name=other',
    'evaluation.baselines.searchProblems=5',
  ]) {
    const { code, stderr } = await commands.run(root, [...greedy, '--set', set])
    assert.equal(code, 2, `${set}\n${stderr}`)
    assert.ok(stderr.startsWith(`error: --set ${set.split('=')[0]}: an evaluation does not read it.`), stderr)
  }
})

test('Ctrl-C stops at once, twice is no mistake of Baton, and no evaluation is recorded', async () => {
  const server = await startCountingServer()
  const labels = (): string[] => {
    const run = readRun(folder)
    try {
      return run.evaluations().map(({ label }) => label)
    } finally {
      run.close()
    }
  }
  const was = labels()
  const release = server.hold()
  const args = [
    'eval',
    'runs/first',
    '--data',
    'others.jsonl',
    '--sampled',
    '--set',
    `llm.executor.baseUrl=${server.baseUrl}`,
  ]
  const child = spawn(process.execPath, [main, ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', BATON_LANGUAGE: 'en' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    stderr += part
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  await server.asked(1)
  child.kill('SIGINT')
  child.kill('SIGINT')
  const code = await ended
  release()
  await server.close()
  assert.equal(code, 130, stderr)
  assert.match(stderr, /^interrupted$/m)
  assert.doesNotMatch(stderr, /step|mistake/)
  assert.deepEqual(labels(), was)
})
