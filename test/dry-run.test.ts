/** `train --dry-run` finds what would stop a training or spoil its result, and trains nothing. */
import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'baton-dry-run-'))
after(() => rmSync(folder, { recursive: true }))

function baton(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ['src/cli/main.ts', 'train', '--preset', 'tiny', ...args], { encoding: 'utf8' })
}

function dryRun(...set: string[]): SpawnSyncReturns<string> {
  return baton('--dry-run', ...set.flatMap((setting) => ['--set', setting]))
}

test('a policy that cannot be opened is refused, as the training would', () => {
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  const { status, stderr } = dryRun(`policy.model=${empty}`)
  assert.equal(status, 2)
  assert.match(stderr, /config\.json/)
})

test('a run in place of a policy is named, with its newest checkpoint', () => {
  const set = ['training.steps=1', `run.folder=${folder}`, 'run.name=first', 'evaluation.problems=2']
  const trained = baton(...set.flatMap((setting) => ['--set', setting]))
  assert.equal(trained.status, 0, trained.stderr)
  const { status, stderr } = dryRun(`policy.model=${join(folder, 'first')}`)
  assert.equal(status, 2)
  assert.match(stderr, /which is a run, not the folder of a policy/)
  const [, checkpoint = ''] = /--set policy\.model=(\S+)/.exec(stderr.replace(/\\?\n\s*/g, ' ')) ?? []
  assert.ok(existsSync(join(checkpoint, 'config.json')), stderr)
  assert.equal(dryRun(`policy.model=${checkpoint}`).status, 0)
})

test('what is wrong with the problems is said before anything is trained', () => {
  const [row = ''] = readFileSync('data/problems/train.jsonl', 'utf8').split('\n')
  const one = join(folder, 'one.jsonl')
  writeFileSync(one, `${row}\n`)
  const { status, stdout } = dryRun(`data.train=${one}`)
  assert.equal(status, 0)
  assert.match(stdout, /warning: /)
  assert.doesNotMatch(dryRun().stdout, /warning: /)
})

test('sizes that no machine holds are refused', () => {
  const { status, stderr } = dryRun('training.groupSize=1000000000')
  assert.equal(status, 2)
  assert.match(stderr, /training\.groupSize/)
})
