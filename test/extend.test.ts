/**
 * A complete run is trained further: its old result keeps the name of its step, a new one is measured, and terminal,
 * journal, report, `runs` and `eval` say the same. The learning rate of the second half ruins the policy, so that an old
 * result taken for the new one would be seen.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readRun } from '../src/runs/index.ts'
import { baton, type CommandResult } from './command-line.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-extend-'))
const folder = join(root, 'runs', 'first')
after(() => rmSync(root, { recursive: true, force: true }))

const small = ['training.steps=2', 'training.problemsPerStep=2', 'training.groupSize=2', 'evaluation.problems=6']

let first: CommandResult
before(async () => {
  const set = [...small, 'run.name=first', 'training.acceptLowSignal=true'].flatMap((key) => ['--set', key])
  first = await baton(root, ['train', '--preset', 'tiny', ...set])
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
  const again = await baton(root, ['train', '--resume', 'runs/first'])
  assert.equal(again.code, 0, again.stderr)
  assert.equal(again.stdout, 'this run is complete at step 2; nothing to do (raise training.steps to extend it)\n')
  assert.deepEqual(files(), written)
  const back = await baton(root, ['train', '--resume', 'runs/first', '--set', 'training.steps=1'])
  assert.equal(back.code, 2)
  assert.match(
    back.stderr,
    /training\.steps is 1, but runs\/first has 2 steps already\.\n.*set training\.steps to 2 or more/,
  )
})

test('a run that is trained further is measured again, and everything that shows its result shows the new one', async () => {
  const was = printed(first)
  assert.notEqual(was['after greedy']?.slice(0, 4), '0.0 ', 'the policy can do something to begin with')
  const set = ['training.steps=4', 'training.learningRate=0.1'].flatMap((key) => ['--set', key])
  const extended = await baton(root, ['train', '--resume', 'runs/first', ...set])
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
  const runs = await baton(root, ['runs'])
  assert.ok(runs.stdout.includes(`after: greedy, accuracy ${now['after greedy']}`), runs.stdout)
  const evaluated = await baton(root, ['eval', 'runs/first'])
  assert.equal(printed(evaluated)['eval-validation greedy'], now['after greedy'])
  assert.equal(printed(evaluated)['eval-validation sampled'], now['after sampled'])
})
