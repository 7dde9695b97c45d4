/**
 * A writer is killed (SIGKILL) at one place after the other, over and over on the same run. Whatever it had reported as
 * recorded must be there. The file runs itself as the writer when started with a run folder as its argument; the writer
 * kills itself as soon as it has said so many lines of a kind, so that every kill falls where it is meant to.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CallRecord, SampledRollout } from '../core/records.ts'
import { createRun, openRun, type RunStore } from './index.ts'
import { foldedEvents } from './run-store-suite.ts'

const [, , writerFolder, lastKind = '', lastCount = ''] = process.argv

/** Trains forever: per step 4 concurrent rollouts of 3 calls each, the step, a checkpoint; says each once it is recorded. */
async function writeUntilKilled(folder: string): Promise<void> {
  let left = Number(lastCount)
  const say = (line: string): void => {
    writeSync(1, `${line}\n`)
    if (line.split(' ')[0] === lastKind) left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  }
  const run = openRun(folder)
  const checkpoint = run.checkpoints.latest()
  run.rewindTo(checkpoint?.step ?? 0)
  say(`resumed ${checkpoint?.step ?? 0}`)
  for (let step = (checkpoint?.step ?? 0) + 1; ; step++) {
    const rollouts = await Promise.all([0, 1, 2, 3].map((rollout) => attempt(run, step, rollout, say)))
    run.event({ kind: 'notice', level: 'note', message: `${step}` })
    say(`notice ${step}`)
    run.recordStep({ version: 1, step, metrics: { reward: step } }, rollouts)
    say(`step ${step}`)
    await run.checkpoints.save(step, { step }, async (at) => {
      for (const part of ['a', 'b', 'c']) {
        writeFileSync(join(at, part), part.repeat(100_000) + step)
        say(`part ${part}`)
        await nextTurn()
      }
    })
    say(`checkpoint ${step}`)
  }
}

async function attempt(
  run: RunStore,
  step: number,
  rollout: number,
  say: (line: string) => void,
): Promise<SampledRollout> {
  for (let call = 0; call < 3; call++) {
    const key = `${step}/${rollout}/${call}`
    if (run.calls.get(key) === undefined) {
      run.calls.put({
        key,
        purpose: 'executor',
        attempts: [],
        inputTokens: 1,
        outputTokens: 1,
        costUsd: 1,
        failure: null,
      } as unknown as CallRecord)
      say(`call ${key}`)
    }
    await nextTurn()
  }
  const sampled = { prompt: [1], tokens: [2], logprobs: [-1], text: 'x'.repeat(3000), outcome: {} }
  const record = { phase: 'train', label: '', step, position: 0, rollout, problemId: 'p', ...sampled }
  run.recordRollout(record as unknown as SampledRollout)
  say(`rollout ${step}/${rollout}`)
  return record as unknown as SampledRollout
}

/** Starts the writer, which dies with its n-th line of a kind. @returns what it said. */
async function killedAfter(folder: string, [kind, count]: Place): Promise<string[]> {
  const args = [import.meta.filename, folder, kind, String(count)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) said.push(line)
  const [, signal] = await ended
  assert.equal(signal, 'SIGKILL')
  assert.equal(said.filter((line) => line.startsWith(`${kind} `)).length, count)
  assert.ok(said.at(-1)?.startsWith(`${kind} `))
  return said
}

type Place = readonly [kind: string, count: number]

/** What is recorded when the kill comes, and what is not. */
const places: readonly Place[] = [
  ['resumed', 1],
  ['call', 5],
  // All rollouts of the step, not the step.
  ['rollout', 4],
  ['notice', 1],
  // The step, not its checkpoint.
  ['step', 1],
  ['part', 1],
  ['part', 3],
  ['checkpoint', 1],
  ['call', 29],
  ['rollout', 7],
  ['step', 2],
  ['part', 5],
  ['checkpoint', 2],
]

function assertEverythingIsThere(run: RunStore, said: readonly string[]): void {
  for (const line of said) {
    const [kind, what = ''] = line.split(' ')
    if (kind === 'call') assert.ok(run.calls.get(what), line)
    if (kind === 'rollout') {
      const [step = 0, rollout = 0] = what.split('/').map(Number)
      assert.ok(run.findRollout({ phase: 'train', label: '', step, position: 0, rollout }), line)
    }
  }
  const steps = run.steps().map(({ step }) => step)
  assert.deepEqual(
    steps,
    steps.map((_, index) => index + 1),
  )
  const events = run.since(0)
  assert.deepEqual(foldedEvents(events).steps, run.steps(), 'the events are those of the steps')
  for (const line of said.filter((one) => one.startsWith('notice '))) {
    assert.ok(
      events.some((event) => event.kind === 'notice' && `notice ${event.message}` === line),
      line,
    )
  }
  const lines = readFileSync(join(run.folder, 'metrics.jsonl'), 'utf8')
  assert.equal(lines, steps.map((step) => `{"step":${step},"reward":${step}}\n`).join(''))
}

function lastSaid(said: readonly string[], kind: string): number {
  return Number(said.findLast((line) => line.startsWith(`${kind} `))?.split(' ')[1] ?? 0)
}

if (writerFolder !== undefined) {
  await writeUntilKilled(writerFolder)
} else {
  test('a writer killed anywhere loses nothing that it had recorded, and the next one goes on', async () => {
    const root = mkdtempSync(join(tmpdir(), 'baton-crash-'))
    const made = createRun({
      root,
      resolvedYaml: 'seed: 1\n',
      origin: { configHash: '', seed: 1, datasets: {}, argv: [] },
    })
    made.close()
    const everything: string[] = []
    let kills = 0
    for (const place of places) {
      const said = await killedAfter(made.folder, place)
      everything.push(...said)
      kills += 1
      const run = openRun(made.folder)
      assert.equal(run.since(0, { kinds: ['recovered'] }).length, kills, 'each kill is noticed')
      assertEverythingIsThere(run, everything)
      assert.ok((run.steps().at(-1)?.step ?? 0) >= Math.max(lastSaid(said, 'step'), lastSaid(said, 'resumed')))
      const latest = run.checkpoints.latest()
      const step = latest?.step ?? 0
      assert.ok(step >= Math.max(lastSaid(said, 'checkpoint'), lastSaid(said, 'resumed')), `checkpoint ${step}`)
      if (latest !== null) assert.deepEqual(latest.state, { step })
      for (const { reason } of latest?.skipped ?? []) assert.match(reason, /interrupted/)
      run.close()
    }
    const calls = everything.filter((line) => line.startsWith('call '))
    assert.equal(new Set(calls).size, calls.length, 'no call was paid twice')
    assert.ok(lastSaid(everything, 'checkpoint') > 3, 'the rounds got somewhere')
    assert.ok(readdirSync(join(made.folder, 'checkpoints')).length <= 5)
    rmSync(root, { recursive: true })
  })
}
