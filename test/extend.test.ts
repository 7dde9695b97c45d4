/**
 * A complete run is trained further: its old result keeps the name of its step, a new one is measured, and terminal,
 * journal, report, `runs` and `eval` say the same. The learning rate of the second half ruins the policy, so that an old
 * result taken for the new one would be seen.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import { type CommandResult, startCommandLine } from '../src/cli/testing/command-line.ts'
import { readRun } from '../src/runs/index.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-extend-'))
const folder = join(root, 'runs', 'first')
const commands = startCommandLine()
after(() => {
  commands.close()
  rmSync(root, { recursive: true, force: true })
})

const small = ['training.steps=2', 'training.problemsPerStep=2', 'training.groupSize=2', 'evaluation.problems=6']

let first: CommandResult
before(async () => {
  const set = [...small, 'run.name=first', 'training.acceptLowSignal=true'].flatMap((key) => ['--set', key])
  first = await commands.run(root, ['train', '--preset', 'tiny', ...set])
  assert.equal(first.code, 0, first.stderr)
})

/** `after greedy` and so on, with the accuracy as printed. */
function printed({ stdout }: CommandResult): Record<string, string> {
  const lines = stdout.matchAll(/^([\w-]+) +(greedy|sampled) +accuracy (.*? n=\d+)/gm)
  return Object.fromEntries([...lines].map(([, name, decoding, rate]) => [`${name} ${decoding}`, rate as string]))
}

function recorded(): { labels: string[]; rollouts: Record<string, number> } {
  const run = readRun(folder)
  try {
    return {
      labels: run.evaluations().map(({ label, step }) => `${label}@${step}`),
      rollouts: Object.fromEntries(
        run.evaluations().map(({ label, step }) => [`${label}@${step}`, run.rollouts({ label, step }).length]),
      ),
    }
  } finally {
    run.close()
  }
}

const files = (): number[] =>
  ['report.html', 'metrics.jsonl', 'config.yaml'].map((name) => statSync(join(folder, name)).mtimeMs)

test('a complete run has nothing to do: nothing is measured or written again', async () => {
  const written = files()
  const again = await commands.run(root, ['train', '--resume', 'runs/first'])
  assert.equal(again.code, 0, again.stderr)
  assert.equal(again.stdout, 'this run is complete at step 2; nothing to do (raise training.steps to extend it)\n')
  assert.deepEqual(files(), written)
  const back = await commands.run(root, ['train', '--resume', 'runs/first', '--set', 'training.steps=1'])
  assert.equal(back.code, 2)
  assert.match(
    back.stderr,
    /training\.steps is 1, but runs\/first has 2 steps already\.\n.*set training\.steps to 2 or more/,
  )
})

test('settings that would make its halves incomparable are refused by key, with both values and the fix', async () => {
  const set = ['training.steps=4', 'seed=7', 'rewards.correct=1', 'training.groupSize=4', 'llm.simulator.skill=0.2']
  const refused = await commands.run(root, ['train', '--resume', 'runs/first', ...set.flatMap((key) => ['--set', key])])
  assert.equal(refused.code, 2)
  for (const [key, from, to] of [
    ['seed', 1, 7],
    ['rewards.correct', 10, 1],
    ['training.groupSize', 2, 4],
    ['llm.simulator.skill', 1, 0.2],
  ] as const) {
    assert.ok(refused.stderr.includes(`${key} is ${from} in this run and cannot become ${to} `), refused.stderr)
  }
  assert.match(refused.stderr, /--force/)
  assert.doesNotMatch(refused.stderr, /training\.steps is/)
  assert.deepEqual(recorded().labels, ['before@0', 'before-sampled@0', 'after@2', 'after-sampled@2'])
})

test('a run that is trained further is measured again, and everything that shows its result shows the new one', async () => {
  const was = printed(first)
  assert.notEqual(was['after greedy']?.slice(0, 4), '0.0 ', 'the policy can do something to begin with')
  const set = ['training.steps=4', 'training.learningRate=0.1'].flatMap((key) => ['--set', key])
  const extended = await commands.run(root, ['train', '--resume', 'runs/first', ...set])
  assert.equal(extended.code, 0, extended.stderr)
  const now = printed(extended)
  assert.equal(now['before greedy'], was['before greedy'])
  for (const decoding of ['greedy', 'sampled']) assert.match(now[`after ${decoding}`] ?? '', /^0\.0 % .* n=6$/)

  const labels = ['before@0', 'before-sampled@0', 'step-2@2', 'step-2-sampled@2', 'after@4', 'after-sampled@4']
  assert.deepEqual(recorded().labels, labels)
  assert.deepEqual(recorded().rollouts, Object.fromEntries(labels.map((label) => [label, 6])))

  const report = readFileSync(join(folder, 'report.md'), 'utf8')
  const row = report.split('\n').find((line) => line.startsWith('| trained policy, greedy |'))
  assert.ok(row?.includes(now['after greedy'] as string), row)
  const { evaluations } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))
  const curve = evaluations.filter(({ decoding }: { decoding: string }) => decoding === 'greedy')
  assert.deepEqual(
    curve.map(({ step }: { step: number }) => step),
    [0, 2, 4],
  )
  assert.match(extended.stdout, /^changed +from step 3: training\.learningRate 0\.1 \(was 0\.0003\)$/m)
  assert.match(report, /^4 of 4 steps of 2 × 2 /m)
  const runs = await commands.run(root, ['runs'])
  assert.ok(runs.stdout.includes(`${now['after greedy']} after, greedy`), runs.stdout)
  const evaluated = await commands.run(root, ['eval', 'runs/first'])
  assert.equal(printed(evaluated)['eval-validation greedy'], now['after greedy'])
  assert.equal(printed(evaluated)['eval-validation sampled'], now['after sampled'])
})

test('what changed holds for the next resume, is kept with its step, and a forced change is called one', async () => {
  const plain = await commands.run(root, ['train', '--resume', 'runs/first'])
  assert.match(plain.stdout, /^this run is complete at step 4;/)
  const set = ['training.steps=5', 'training.groupSize=3'].flatMap((key) => ['--set', key])
  const forced = await commands.run(root, ['train', '--resume', 'runs/first', '--force', ...set])
  assert.equal(forced.code, 0, forced.stderr)
  assert.match(forced.stdout, /^forced +from step 5: training\.groupSize 3 \(was 2\)$/m)
  const config = (name: string): { training: { steps: number; learningRate: number; groupSize: number } } =>
    parse(readFileSync(join(folder, name), 'utf8'))
  const held = ['config.1.yaml', 'config.2.yaml', 'config.yaml'].map((name) => {
    const { steps, learningRate, groupSize } = config(name).training
    return [steps, learningRate, groupSize]
  })
  assert.deepEqual(held, [
    [2, 0.0003, 2],
    [4, 0.1, 2],
    [5, 0.1, 3],
  ])
  const { configHistory } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  assert.deepEqual(
    configHistory.map(({ file, fromStep, changes }: { file: string; fromStep: number; changes: object[] }) => [
      file,
      fromStep,
      changes.length,
    ]),
    [
      ['config.1.yaml', 1, 0],
      ['config.2.yaml', 3, 2],
      ['config.yaml', 5, 2],
    ],
  )
  const report = readFileSync(join(folder, 'report.md'), 'utf8')
  assert.match(report, /^5 of 5 steps of 2 × 2 → 2 × 3 rollouts/m)
  assert.match(report, /from step 3: .*training\.learningRate 0\.1 \(was 0\.0003\)/)
  assert.match(report, /from step 5: .*training\.groupSize 3 \(was 2\), forced/)
  assert.match(report, /learning rate: 0\.0003 \(constant\) → 0\.1 \(constant\)/)
  const run = readRun(folder)
  assert.equal(run.rollouts({ phase: 'train', step: 5 }).length, 2 * 3)
  run.close()
})

test('what eval measured on another file is compared by its label, and only server settings may be set for it', async () => {
  const file = join(root, 'mine.jsonl')
  writeFileSync(file, readFileSync('data/problems/test.jsonl', 'utf8').split('\n').slice(0, 3).join('\n'))
  const set = ['--set', 'llm.executor.concurrency=2']
  const measured = await commands.run(root, ['eval', 'runs/first', '--data', 'mine.jsonl', '--greedy', ...set])
  assert.equal(measured.code, 0, measured.stderr)
  assert.match(measured.stdout, /^eval-mine +greedy +accuracy .* n=3 · [\d.]+ calls, [\d,]+ tokens a problem$/m)
  assert.doesNotMatch(measured.stdout, /sampled/)
  const compared = await commands.run(root, ['compare', 'runs/first', 'runs/first', '--label', 'eval-mine'])
  assert.equal(compared.code, 0, compared.stderr)
  assert.match(compared.stdout, /^A {2}runs\/first \(eval-mine at step 5, greedy: [\d.]+ calls/m)
  assert.match(compared.stdout, /^all +3 /m)
  const sampled = await commands.run(root, ['compare', 'runs/first', 'runs/first', '--label', 'eval-mine', '--sampled'])
  assert.equal(sampled.code, 2)
  assert.match(sampled.stderr, /has no sampled evaluation "eval-mine", only greedy/)
  const refused = await commands.run(root, ['eval', 'runs/first', '--set', 'llm.simulator.skill=0.2'])
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /--set llm\.simulator\.skill: the run has 1;.*\n.*llm\.executor\.baseUrl/)
})
