/** Events of a run that another process writes, and of runs that older versions wrote. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EvaluationRecord, StepRecord } from '../core/records.ts'
import type { RecordedEvent } from '../core/run-events.ts'
import { createRun, openRun, type RunReader, type RunStore, readRun, runStateText, summaryOf } from './index.ts'
import { makeOlder } from './testing/older-journal.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-events-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const origin = { configHash: '', seed: 1, datasets: {}, argv: [] }
const make = (): RunStore => createRun({ root, name: 'run', resolvedYaml: 'evaluation: {temperature: 0}\n', origin })
const step = (number: number, reward = 1): StepRecord => ({ version: 1, step: number, metrics: { reward } })

test('a reader follows a run that another process writes, with nothing missing and nothing twice', async () => {
  make().close()
  const folder = join(root, 'run')
  const count = 300
  const script = `
    import { openRun } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))}
    const run = openRun(${JSON.stringify(folder)})
    for (let step = 1; step <= ${count}; step++) {
      run.event({ kind: 'rollout', label: 'step ' + step, done: 1, total: 1, place: null })
      run.recordStep({ version: 1, step, metrics: { reward: step } })
    }
    run.event({ kind: 'run-end', state: 'complete' })
    process.kill(process.pid, 'SIGKILL')`
  const reader = readRun(folder)
  const seen: RecordedEvent[] = []
  const writer = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' })
  const ended = once(writer, 'exit')
  let asked = 0
  while (seen.at(-1)?.kind !== 'run-end') {
    assert.ok(writer.exitCode === null, 'the writer ended without its last event')
    seen.push(...reader.since(seen.at(-1)?.id ?? 0, { limit: 7 }))
    asked += 1
    await nextTurn()
  }
  await ended
  assert.ok(asked > (2 * count) / 7)
  assert.deepEqual(seen, reader.since(0))
  assert.deepEqual(
    seen.flatMap((event) => (event.kind === 'step' ? [event.record] : [])),
    Array.from({ length: count }, (_, i) => step(i + 1, i + 1)),
  )
  reader.close()
})

/** What a version before layout 3 left: events of its own kinds and shapes, and none of steps and evaluations. */
function writeSecondLayout(): string {
  const run = make()
  const { folder } = run
  run.event({ kind: 'run-begin' })
  run.recordStep(step(1))
  run.recordStep(step(2, Number.NaN))
  const evaluation = { label: 'after', step: 2, split: 'validation', metrics: { accuracy: 1 }, outcomes: [] }
  run.recordEvaluation({ version: 1, ...evaluation } as unknown as EvaluationRecord)
  run.close()
  makeOlder(folder, 2)
  const database = new DatabaseSync(join(folder, 'journal.sqlite'))
  const insert = database.prepare("INSERT INTO events (at, kind, data) VALUES ('2026-01-01T00:00:00.000Z', ?, ?)")
  const best = { type: 'math', name: 'Programmer', correct: 7, scored: 8, candidates: 32 }
  const episode = { finding: { code: 'validation-default', level: 'note', facts: {} }, from: 0, to: null }
  for (const [kind, data] of [
    ['best-fixed', [best]],
    ['fixed-workflows', [{ ...best, label: 'fixed:overall', reward: 2, calls: 1 }]],
    ['finding', { version: 1, state: 'begins', episode }],
    ['groups', { groups: 3 }],
    ['collected', { right: { method: 1 } }],
    ['a kind of another version', { x: 1 }],
    ['run-end', { state: 'stopped', code: 'budget' }],
  ] as const) {
    insert.run(kind, JSON.stringify(data))
  }
  database.close()
  return folder
}

const withoutPlace = (events: readonly RecordedEvent[]) => events.map(({ id: _, at: __, ...event }) => event)

function assertOlderEvents(run: RunReader): void {
  const events = run.since(0)
  const best = { type: 'math', name: 'Programmer', correct: 7, scored: 8, candidates: 32 }
  const episode = { finding: { code: 'validation-default', level: 'note', facts: {} }, from: 0, to: null }
  assert.deepEqual(withoutPlace(events), [
    { kind: 'run-begin' },
    { kind: 'fixed-workflows', workflows: [{ ...best, label: 'best-fixed', reward: null, calls: null }] },
    { kind: 'fixed-workflows', workflows: [{ ...best, label: 'fixed:overall', reward: 2, calls: 1 }] },
    { kind: 'finding', state: 'begins', episode },
    { kind: 'unknown', name: 'groups', data: { groups: 3 } },
    { kind: 'collected', collection: { right: { method: 1 } } },
    { kind: 'unknown', name: 'a kind of another version', data: { x: 1 } },
    { kind: 'run-end', state: 'stopped', code: 'budget' },
    { kind: 'step', record: step(1) },
    { kind: 'step', record: step(2, Number.NaN) },
    { kind: 'evaluation', record: run.evaluations()[0] },
  ])
  assert.equal(run.evaluations()[0]?.decoding, 'greedy')
  assert.deepEqual(
    events.map(({ at }) => at === null),
    events.map(({ kind }) => kind === 'step' || kind === 'evaluation'),
  )
  assert.equal(run.since(0, { kinds: ['fixed-workflows'] }).length, 2)
}

test('steps and evaluations of an older run are events as well, under the same numbers once it is brought up to date', () => {
  const folder = writeSecondLayout()
  const old = readRun(folder)
  assertOlderEvents(old)
  const before = old.since(0)
  assert.deepEqual(old.since(before.at(-2)?.id ?? 0), before.slice(-1))
  assert.equal(runStateText(summaryOf(old, folder).state), 'stopped: budget')
  const writer = openRun(folder)
  assertOlderEvents(writer)
  assert.deepEqual(writer.since(0), before)
  // The reader from before goes on with its cursor.
  assert.deepEqual(old.since(0), before)
  writer.recordStep(step(3))
  assert.deepEqual(withoutPlace(old.since(before.at(-1)?.id ?? 0)), [{ kind: 'step', record: step(3) }])
  old.close()
  writer.close()
})
