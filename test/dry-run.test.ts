/** `train --dry-run` finds what would stop a training or spoil its result, and trains nothing. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type CommandResult, startCommandLine } from '../src/cli/testing/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-dry-run-'))
const commands = startCommandLine()
after(() => {
  commands.close()
  rmSync(folder, { recursive: true })
})

function baton(...args: string[]): Promise<CommandResult> {
  return commands.run(folder, ['train', '--preset', 'tiny', ...args])
}

function dryRun(...set: string[]): Promise<CommandResult> {
  return baton('--dry-run', ...set.flatMap((setting) => ['--set', setting]))
}

test('a policy that cannot be opened is refused, as the training would', async () => {
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  const { code, stderr } = await dryRun(`policy.model=${empty}`)
  assert.equal(code, 2)
  assert.match(stderr, /config\.json/)
})

test('a run in place of a policy is named, with its newest checkpoint', async () => {
  const set = ['training.steps=1', `run.folder=${folder}`, 'run.name=first', 'evaluation.problems=2']
  const trained = await baton(...set.flatMap((setting) => ['--set', setting]))
  assert.equal(trained.code, 0, trained.stderr)
  const { code, stderr } = await dryRun(`policy.model=${join(folder, 'first')}`)
  assert.equal(code, 2)
  assert.match(stderr, /which is a run, not the folder of a policy/)
  const [, checkpoint = ''] = /--set policy\.model=(\S+)/.exec(stderr.replace(/\\?\n\s*/g, ' ')) ?? []
  assert.ok(existsSync(join(checkpoint, 'config.json')), stderr)
  assert.equal((await dryRun(`policy.model=${checkpoint}`)).code, 0)
})

test('what is wrong with the problems is said before anything is trained', async () => {
  const [row = ''] = readFileSync(join(import.meta.dirname, '..', 'data', 'problems', 'train.jsonl'), 'utf8').split(
    '\n',
  )
  const one = join(folder, 'one.jsonl')
  writeFileSync(one, `${row}\n`)
  const { code, stdout } = await dryRun(`data.train=${one}`)
  assert.equal(code, 0)
  assert.match(stdout, /warning: /)
  assert.doesNotMatch((await dryRun()).stdout, /warning: /)
})

test('sizes that no machine holds are refused', async () => {
  const { code, stderr } = await dryRun('training.groupSize=1000000000')
  assert.equal(code, 2)
  assert.match(stderr, /training\.groupSize/)
})
