/** Calls that have gone out: in the accounts whether their end was seen or not, in journals of either layout. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import type { CallAttempt, CallRecord, PendingCall } from '../core/records.ts'
import { createRun, openRun, readRun } from './index.ts'
import { layoutVersion } from './layout.ts'

let root = ''
let folder = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-pending-'))
  const origin = { configHash: '', seed: 1, datasets: {}, argv: [] }
  createRun({ root, name: 'run', resolvedYaml: 'seed: 1\n', origin }).close()
  folder = join(root, 'run')
})
afterEach(() => rmSync(root, { recursive: true }))

const attempt = (changes: Partial<CallAttempt> = {}): CallAttempt => ({
  failure: null,
  status: 200,
  inputTokens: 10,
  outputTokens: 5,
  costUsd: 0.5,
  latencyMs: 9,
  ...changes,
})
const most = attempt({ failure: 'interrupted', status: null, outputTokens: 100, costUsd: 2, isEstimated: true })

const pending = (key: string, attempts: readonly CallAttempt[] = [most]): PendingCall => ({
  version: 1,
  key,
  purpose: 'judge',
  model: 'm',
  boundary: 'judge',
  attempts,
})

const call = (key: string, attempts: readonly CallAttempt[] = [attempt()]): CallRecord => {
  const sum = (of: (one: CallAttempt) => number): number => attempts.reduce((total, one) => total + of(one), 0)
  return {
    version: 1,
    key,
    purpose: 'judge',
    model: 'm',
    request: null,
    response: { text: 'True' },
    failure: null,
    attempts,
    inputTokens: sum((one) => one.inputTokens),
    outputTokens: sum((one) => one.outputTokens),
    costUsd: sum((one) => one.costUsd),
  }
}

test('a call whose end was seen counts once, as it ended', async () => {
  const run = openRun(folder)
  await run.calls.begin?.(pending('a'))
  run.calls.put(call('a'))
  const { judge } = run.callTotals()
  assert.deepEqual([judge?.calls, judge?.attempts, judge?.outputTokens, run.spentUsd()], [1, 1, 5, 0.5])
  assert.equal(judge?.estimated.attempts, 0)
  run.close()
  openRun(folder).close()
  assert.deepEqual(readRun(folder).callTotals()['judge'], judge)
})

test('a call whose end was not seen counts once as the most it can have used, now and after any number of resumes', async () => {
  const timeout = attempt({ failure: 'timeout', status: null, outputTokens: 40, costUsd: 1, isEstimated: true })
  const dying = openRun(folder)
  dying.calls.put(call('a'))
  await dying.calls.begin?.(pending('b'))
  await dying.calls.begin?.(pending('b', [timeout, most]))
  dying.close()
  const expected = {
    calls: 2,
    failedCalls: 1,
    attempts: 3,
    failures: { timeout: 1, interrupted: 1 },
    inputTokens: 30,
    outputTokens: 145,
    costUsd: 3.5,
    estimated: { attempts: 2, inputTokens: 20, outputTokens: 140, costUsd: 3 },
  }
  const before = readRun(folder)
  assert.deepEqual(before.callTotals(), { judge: expected })
  assert.equal(before.spentUsd(), 3.5)
  before.close()
  for (let resume = 0; resume < 2; resume++) {
    const run = openRun(folder)
    assert.deepEqual(run.callTotals(), { judge: expected })
    assert.equal(run.spentUsd(), 3.5)
    assert.deepEqual(run.since(0, { kinds: ['interrupted-calls'] }).length, 1)
    const settled = run.calls.get('b')
    assert.deepEqual([settled?.failure?.code, settled?.attempts.at(-1)?.isEstimated], ['interrupted', true])
    run.close()
  }
  // Made again, it is another call: both were worked on.
  const run = openRun(folder)
  await run.calls.begin?.(pending('b'))
  run.calls.put(call('b'))
  assert.deepEqual([run.callTotals()['judge']?.calls, run.spentUsd()], [3, 4])
  assert.equal(run.calls.get('b')?.failure, null)
  run.close()
})

test('a call goes out when its note is written, and the notes of one turn are written together', async () => {
  const run = openRun(folder)
  const reader = readRun(folder)
  const noted = (): number => reader.callTotals()['judge']?.calls ?? 0
  const begun = ['a', 'b', 'c'].map((key) => run.calls.begin?.(pending(key)))
  assert.equal(noted(), 0)
  await begun[0]
  assert.equal(noted(), 3)
  await Promise.all(begun)
  reader.close()
  run.close()
})

test('a note is written before its call ends or the run is closed, however soon that is', async () => {
  const run = openRun(folder)
  const ended = run.calls.begin?.(pending('a'))
  run.calls.put(call('a'))
  const waiting = run.calls.begin?.(pending('b'))
  run.close()
  await Promise.all([ended, waiting])
  const { judge } = readRun(folder).callTotals()
  assert.deepEqual([judge?.calls, judge?.failures], [2, { interrupted: 1 }])
})

test('a note that the disk refuses is the failure of every call that waits for it', async () => {
  const run = openRun(folder)
  const other = new DatabaseSync(join(folder, 'journal.sqlite'))
  other.exec('DROP TABLE pending_calls')
  other.close()
  const begun = ['a', 'b'].map((key) => run.calls.begin?.(pending(key)))
  for (const { status } of await Promise.allSettled(begun)) assert.equal(status, 'rejected')
  run.close()
})

/** The tables as the first Baton made them, with two calls, one of them with an estimated attempt. */
function writeFirstLayout(): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `journal.sqlite${suffix}`), { force: true })
  const database = new DatabaseSync(join(folder, 'journal.sqlite'))
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE calls (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL, purpose TEXT NOT NULL, is_failed INTEGER NOT NULL,
      attempts INTEGER NOT NULL, failed_attempts TEXT NOT NULL, input_tokens INTEGER NOT NULL,
      output_tokens INTEGER NOT NULL, cost_usd REAL NOT NULL, record TEXT NOT NULL);
    CREATE INDEX calls_by_key ON calls (key);
    CREATE TABLE rollouts (
      phase TEXT NOT NULL, label TEXT NOT NULL, step INTEGER NOT NULL, position INTEGER NOT NULL,
      rollout INTEGER NOT NULL, problem_id TEXT NOT NULL, record TEXT NOT NULL);
    CREATE UNIQUE INDEX rollouts_by_place ON rollouts (phase, label, step, position, rollout);
    CREATE TABLE points (
      id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, label TEXT NOT NULL, step INTEGER NOT NULL,
      record TEXT NOT NULL, line TEXT NOT NULL, UNIQUE (kind, label, step));
    CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL);
    PRAGMA user_version = 1;`)
  const insert = database.prepare(
    `INSERT INTO calls (key, purpose, is_failed, attempts, failed_attempts, input_tokens, output_tokens, cost_usd, record)
     VALUES (?, 'judge', 0, ?, ?, ?, ?, ?, ?)`,
  )
  const timeout = attempt({ failure: 'timeout', status: null, outputTokens: 0, isEstimated: true })
  for (const [record, failed] of [
    [call('a'), '[]'],
    [call('b', [timeout, attempt()]), '["timeout"]'],
  ] as const) {
    const { key, attempts, inputTokens, outputTokens, costUsd } = record
    insert.run(key, attempts.length, failed, inputTokens, outputTokens, costUsd, JSON.stringify(record))
  }
  database.close()
}

test('a journal of the first layout reads the same before and after a writer brings it up to date', async () => {
  writeFirstLayout()
  const old = readRun(folder)
  const totals = old.callTotals()
  assert.equal(old.spentUsd(), 1.5)
  old.close()
  assert.deepEqual(totals['judge']?.estimated, { attempts: 1, inputTokens: 10, outputTokens: 0, costUsd: 0.5 })
  assert.deepEqual([totals['judge']?.calls, totals['judge']?.failures], [2, { timeout: 1 }])
  for (let opening = 0; opening < 2; opening++) {
    const run = openRun(folder)
    assert.deepEqual(run.callTotals(), totals)
    assert.deepEqual(run.calls.get('a'), call('a'))
    run.close()
  }
  const run = openRun(folder)
  await run.calls.begin?.(pending('c'))
  run.close()
  const reader = readRun(folder)
  assert.equal(reader.callTotals()['judge']?.calls, 3)
  reader.close()
  const database = new DatabaseSync(join(folder, 'journal.sqlite'), { readOnly: true })
  assert.equal(database.prepare('PRAGMA user_version').get()?.['user_version'], layoutVersion)
  database.close()
})

test('a journal of a newer layout is refused, whoever opens it', () => {
  const database = new DatabaseSync(join(folder, 'journal.sqlite'))
  database.exec(`PRAGMA user_version = ${layoutVersion + 1}`)
  database.close()
  for (const open of [openRun, readRun])
    assert.throws(() => open(folder), { name: 'BatonError', code: 'journal-too-new' })
})
