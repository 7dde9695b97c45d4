/** The environment that docs/extend.md begins with trains; modules that are none are refused before anything is written. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startCommandLine } from '../src/cli/testing/command-line.ts'
import { readRun } from '../src/runs/index.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'baton-own-environment-'))
const commands = startCommandLine()
after(() => {
  commands.close()
  rmSync(folder, { recursive: true, force: true })
})
const example = join(root, 'docs', 'examples', 'short-programs.ts')

const train = (module: string, ...set: readonly string[]) =>
  commands.run(folder, [
    ...['train', '--preset', 'tiny', '--set', `environment=${module}`],
    ...['training.steps=1', 'run.name=own', ...set].flatMap((key) => ['--set', key]),
  ])

test('the page shows the example as it is', () => {
  const source = readFileSync(example, 'utf8')
  const page = readFileSync(join(root, 'docs', 'extend.md'), 'utf8')
  const shown = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  assert.ok(shown.length > 300 && source.endsWith(shown))
})

test('an own environment trains, and its records, report and trace say what it returned', async () => {
  const { code, stdout, stderr } = await train(example)
  assert.equal(code, 0, stderr)
  assert.match(stdout, /a policy learns short-programs/)
  assert.match(stdout, /no model is asked: the environment scores alone/)
  const run = readRun(join(folder, 'runs', 'own'))
  const [rollout] = run.rollouts({ phase: 'train' })
  run.close()
  assert.ok(rollout?.score.kind === 'scored')
  const { parts, reason } = rollout.score
  const names = parts.map(({ name }) => name)
  assert.deepEqual(names, ['returns', 'length'])
  assert.match(reason, /^\d+ lines$/)
  assert.ok(rollout.outcome.environment === 'other')
  assert.equal(rollout.outcome.data['environment'], 'short-programs')
  assert.ok(existsSync(join(folder, 'runs', 'own', 'report.html')))
  const shown = await commands.run(folder, ['show', 'runs/own', '--step', '1', '--problem', rollout.problemId])
  assert.equal(shown.code, 0, shown.stderr)
  assert.match(shown.stdout, /lines/)
})

test('the run continues with --resume', async () => {
  const { code, stderr, stdout } = await commands.run(folder, [
    ...['train', '--resume', 'runs/own', '--set', 'training.steps=2', '--accept-low-signal'],
  ])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /step +2\/2/)
})

test('a module that is no environment is refused, and no run is left', async () => {
  const { code, stderr } = await train('nowhere.ts', 'run.name=refused')
  assert.equal(code, 2, stderr)
  assert.match(stderr, /environment: nowhere\.ts/)
  assert.ok(!existsSync(join(folder, 'runs', 'refused')))
})

test('an environment that always throws stops the run, which names the reason and can be resumed', async () => {
  const text =
    "export const environment = { name: 'throws', prompt: () => 'x', attempt: () => { throw new Error('no luck') } }"
  writeFileSync(join(folder, 'throws.ts'), text)
  const { code, stderr } = await train('throws.ts', 'run.name=throws')
  assert.equal(code, 4, stderr)
  assert.match(stderr, /throws: Error: no luck/)
  assert.match(stderr, /Correct the module/)
})
