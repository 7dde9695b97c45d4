/**
 * The journal: one SQLite database a run, in WAL mode. Every write is one transaction, given to the operating system
 * before the call returns: a killed process loses nothing. Steps and evaluations are also forced to the disk, and with
 * them all that was written before; a crash of the whole machine can lose what came after the last of them.
 *
 * Calls are appended, never replaced: a call that failed and was made again counts twice in the totals, as it was paid.
 * One that has gone out is pending until it has ended: should the process die first, it is in the accounts all the same.
 */
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { CallRecord, EvaluationRecord, PendingCall, StepRecord } from '../core/records.ts'
import { runError } from './failures.ts'
import { bringUpToDate, layoutVersion } from './layout.ts'
import { evaluationMetricLine, stepLine } from './metric-lines.ts'
import { renameRollouts } from './rollouts.ts'
import { Statements, versionOf } from './statements.ts'

/** Opens (or, for a writer, makes) the journal at `path`. */
export function openJournal(path: string, access: 'read' | 'write'): DatabaseSync {
  try {
    const database = access === 'write' ? new DatabaseSync(path, { timeout: 5000 }) : openForReading(path)
    if (versionOf(database) > layoutVersion) {
      database.close()
      throw runError('journal-too-new', `${path} was written by a newer Baton.`, 'Open it with that version.')
    }
    if (access === 'write') {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
      bringUpToDate(new Statements(database))
    }
    return database
  } catch (error) {
    if (error instanceof Error && error.name === 'BatonError') throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw runError(
      'journal-unreadable',
      `${path} could not be opened: ${reason}.`,
      'Is this the folder of a run?',
      error,
    )
  }
}

/** A live journal is read beside its writer; one in a folder that cannot be written is read as it is. */
function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  try {
    database.prepare('SELECT count(*) FROM points').get()
    return database
  } catch (error) {
    database.close()
    // A reader in WAL mode makes files beside the journal: read-only (8) or cannot open (14) where it may not.
    const code = (error as { errcode?: number }).errcode
    if (code === undefined || ![8, 14].includes(code & 0xff)) throw error
    return existsSync(`${path}-wal`) ? openCopy(path) : openAsItLies(path)
  }
}

function openAsItLies(path: string): DatabaseSync {
  const url = pathToFileURL(path)
  url.searchParams.set('immutable', '1')
  return new DatabaseSync(url, { readOnly: true })
}

/** What a killed writer left beside the journal of a read-only folder is merged in a copy, which is gone once it is open. */
function openCopy(path: string): DatabaseSync {
  const folder = mkdtempSync(join(tmpdir(), 'baton-journal-'))
  try {
    const copy = join(folder, 'journal.sqlite')
    for (const end of ['', '-wal']) {
      copyFileSync(path + end, copy + end)
      chmodSync(copy + end, 0o600)
    }
    const merged = new DatabaseSync(copy)
    merged.exec('PRAGMA journal_mode = DELETE')
    merged.close()
    return openAsItLies(copy)
  } finally {
    // Windows keeps what is open; its folder of temporary files is swept by the system.
    if (process.platform !== 'win32') rmSync(folder, { recursive: true, force: true })
  }
}

/** With it the call is no longer pending. */
export function writeCall(statements: Statements, record: CallRecord): void {
  statements.together('an LLM call', () => {
    statements.write('an LLM call', 'DELETE FROM pending_calls WHERE key = ?', record.key)
    insertCall(statements, record)
  })
}

function insertCall(statements: Statements, record: CallRecord): void {
  const failures = record.attempts.flatMap((attempt) => (attempt.failure === null ? [] : [attempt.failure]))
  statements.write(
    'an LLM call',
    `INSERT INTO calls (key, purpose, is_failed, attempts, failed_attempts, estimated_attempts, input_tokens,
       output_tokens, cost_usd, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    record.key,
    record.purpose,
    record.failure === null ? 0 : 1,
    record.attempts.length,
    JSON.stringify(failures),
    record.attempts.filter((attempt) => attempt.isEstimated === true).length,
    record.inputTokens,
    record.outputTokens,
    record.costUsd,
    JSON.stringify(record),
  )
}

export function readCall(statements: Statements, key: string): CallRecord | undefined {
  const row = statements.get('SELECT record FROM calls WHERE key = ? ORDER BY is_failed, id DESC LIMIT 1', key)
  return row === undefined ? undefined : statements.parsed<CallRecord>(row.record)
}

/** Replaces what was said of the call before. */
export function writePendingCall(statements: Statements, call: PendingCall): void {
  const sql = 'INSERT OR REPLACE INTO pending_calls (key, record) VALUES (?, ?)'
  statements.write('an LLM call', sql, call.key, JSON.stringify(call))
}

/** @returns the line that belongs at the end of `metrics.jsonl`. */
export function writeStep(statements: Statements, record: StepRecord): string {
  const line = stepLine(record)
  const sql = "INSERT INTO points (kind, label, step, record, line) VALUES ('step', '', ?, ?, ?)"
  statements.write('a step', sql, record.step, JSON.stringify(record), line)
  return line
}

/** An evaluation recorded again under its label and step replaces the one before and keeps its place. */
export function writeEvaluation(statements: Statements, record: EvaluationRecord): void {
  statements.write(
    'an evaluation',
    `INSERT INTO points (kind, label, step, record, line) VALUES ('evaluation', ?, ?, ?, ?)
     ON CONFLICT (kind, label, step) DO UPDATE SET record = excluded.record, line = excluded.line`,
    record.label,
    record.step,
    JSON.stringify(record),
    evaluationMetricLine(record),
  )
}

/** Where an evaluation was recorded and the label that it gets. */
export interface EvaluationRename {
  readonly from: string
  readonly to: string
  readonly step: number
}

/**
 * The evaluation's record and its rollouts under another label. Rollouts of an abandoned evaluation that are still under
 * the new label make way.
 * @param complete fills in what records of older journals lack.
 */
export function renameEvaluation(
  statements: Statements,
  { from, to, step }: EvaluationRename,
  complete: (record: EvaluationRecord) => EvaluationRecord,
): void {
  const what = `the evaluation ${from}`
  renameRollouts(statements, { from, to, step })
  const row = statements.get(
    "SELECT record FROM points WHERE kind = 'evaluation' AND label = ? AND step = ?",
    from,
    step,
  )
  if (row === undefined) return
  const record = { ...complete(statements.parsed<EvaluationRecord>(row.record)), label: to }
  statements.write(
    what,
    "UPDATE points SET label = ?, record = ?, line = ? WHERE kind = 'evaluation' AND label = ? AND step = ?",
    to,
    JSON.stringify(record),
    evaluationMetricLine(record),
    from,
    step,
  )
}

/** Steps or evaluations in the order in which they were recorded; null (NaN, Infinity) comes back as NaN. */
export function readPoints<T extends StepRecord | EvaluationRecord>(
  statements: Statements,
  kind: 'step' | 'evaluation',
): T[] {
  return statements.all('SELECT record FROM points WHERE kind = ? ORDER BY id', kind).map((row) => {
    const record = statements.parsed<T>(row.record)
    const metrics = Object.entries(record.metrics as Record<string, number | null>)
    return { ...record, metrics: Object.fromEntries(metrics.map(([name, value]) => [name, value ?? Number.NaN])) }
  })
}

/** The whole text that `metrics.jsonl` must have. */
export function metricsText(statements: Statements): string {
  return statements
    .all('SELECT line FROM points ORDER BY id')
    .map((row) => row.line as string)
    .join('')
}
