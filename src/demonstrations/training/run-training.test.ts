import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readRun } from '../../runs/index.ts'

const child = join(import.meta.dirname, 'testing', 'train-child.ts')

/** Runs the child; kills it with SIGKILL as soon as it has said `line`. (On a slow machine it may end first: no harm.) */
async function killedAt(folder: string, line: string): Promise<void> {
  const running = spawn(process.execPath, [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  running.stdout.on('data', (text: Buffer) => {
    said += text.toString()
    if (said.includes(line)) running.kill('SIGKILL')
  })
  await once(running, 'close')
  assert.ok(said.includes(line))
}

function finished(folder: string): string {
  const { stdout, status, stderr } = spawnSync(process.execPath, [child, folder], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stdout
}

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-selector-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

const withoutTime = (text: string): string => text.replaceAll(/,"time\/[^}]*/g, '')

test('a training killed twice, its newest checkpoint torn in between, ends with the same bytes', async (t) => {
  const root = scratch(t)
  const [whole, broken] = [join(root, 'whole'), join(root, 'broken')]
  finished(whole)
  await killedAt(broken, 'stage 1 round 1')
  const torn = newestCheckpoint(broken)
  truncateSync(join(torn, 'selector.safetensors'), 100)
  await killedAt(broken, 'stage 2 round 1')
  assert.match(finished(broken), /done/)
  for (const name of ['selector.safetensors', 'metrics.jsonl']) {
    const [expected, actual] = [whole, broken].map((folder) => readFileSync(join(folder, name)))
    if (name === 'metrics.jsonl') assert.equal(withoutTime(String(actual)), withoutTime(String(expected)))
    else assert.deepEqual(actual, expected)
  }
  const lines = readFileSync(join(whole, 'metrics.jsonl'), 'utf8').trim().split('\n')
  const steps = lines.map((line) => JSON.parse(line) as Record<string, number>)
  assert.deepEqual(
    steps.map(({ step }) => step),
    steps.map((_, i) => i + 1),
  )
  assert.equal(steps.filter((row) => 'validation/rce' in row).length, 8)
})

function newestCheckpoint(folder: string): string {
  const reader = readRun(folder)
  try {
    return reader.checkpoints.latest()!.folder
  } finally {
    reader.close()
  }
}
